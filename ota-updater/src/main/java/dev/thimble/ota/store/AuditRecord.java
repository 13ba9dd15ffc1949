package dev.thimble.ota.store;

import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.content.Digest;

/**
 * One line of the audit log.
 *
 * @param number counts from 1
 * @param seconds since the epoch, as the device believed
 * @param module empty for the device as a whole
 * @param before digest of the record before; all zeros for the first
 */
public record AuditRecord(long number, long seconds, String module, String what, Digest before) {
    public static final int MAX_BYTES = 16 << 10;
    static final Digest BEGINNING = Digest.of(new byte[Digest.LENGTH]);

    public byte[] encode() {
        return Cbor.encode(CBORObject.NewArray().Add(number).Add(seconds).Add(module).Add(what).Add(before.bytes()));
    }

    public static AuditRecord decode(byte[] bytes) {
        Row row = Row.parse(bytes, "audit record", MAX_BYTES);
        AuditRecord record = new AuditRecord(row.uint(Long.MAX_VALUE), row.uint(Long.MAX_VALUE), row.text(64), row.text(MAX_BYTES),
                Digest.of(row.bytes(Digest.LENGTH, Digest.LENGTH)));
        row.end();
        return record;
    }

    public Digest digest() {
        return Digest.ofContent(encode());
    }
}
