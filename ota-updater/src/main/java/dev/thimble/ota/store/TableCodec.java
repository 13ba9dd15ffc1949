package dev.thimble.ota.store;

import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.Fields;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.step.Release;
import dev.thimble.ota.step.Table;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/** The table as deterministic CBOR; names are short because it should fit into a superblock. */
final class TableCodec {
    private static final int RELEASE = 2 * Digest.LENGTH + 8;
    private static final int RELEASE_WITH_SETTINGS = RELEASE + Digest.LENGTH;
    private static final int QUARANTINED = Digest.LENGTH + 8;
    private static final int MAX_BYTES = 256 << 10;

    private TableCodec() {
    }

    static byte[] encode(Table table) {
        CBORObject modules = CBORObject.NewMap();
        table.modules().forEach((name, e) -> {
            ByteBuffer quarantined = ByteBuffer.allocate(e.quarantined().size() * QUARANTINED);
            e.quarantined().forEach((digest, sequence) -> quarantined.put(digest.bytes()).putLong(sequence));
            modules.Add(name, CBORObject.NewArray().Add(bytes(e.active())).Add(bytes(e.previous())).Add(bytes(e.candidate()))
                    .Add(e.tries()).Add(e.floor()).Add(bytes(e.snapshot())).Add(quarantined.array()));
        });
        return Cbor.encode(CBORObject.NewMap().Add("g", table.generation()).Add("d", bytes(table.desired()))
                .Add("t", table.trustedTime()).Add("p", table.paused()).Add("m", modules));
    }

    static Table decode(byte[] bytes) {
        Fields f = Fields.parse(bytes, "table", MAX_BYTES);
        SortedMap<String, Table.Entry> modules = new TreeMap<>(f.entries("m", 1024, 64, row -> row.row(TableCodec::entry)));
        Table table = new Table(f.uint("g", Long.MAX_VALUE), digest(f.bytes("d", 0, Digest.LENGTH)), f.uint("t", Long.MAX_VALUE),
                f.flag("p"), modules);
        f.end();
        return table;
    }

    private static Table.Entry entry(Row r) {
        Release active = release(r.bytes(0, RELEASE_WITH_SETTINGS));
        Release previous = release(r.bytes(0, RELEASE_WITH_SETTINGS));
        Release candidate = release(r.bytes(0, RELEASE_WITH_SETTINGS));
        int tries = r.count(1 << 20);
        long floor = r.uint(Long.MAX_VALUE);
        Digest snapshot = digest(r.bytes(0, Digest.LENGTH));
        byte[] q = r.bytes(0, 64 * QUARANTINED);
        if (q.length % QUARANTINED != 0) {
            throw new MalformedDocumentException("table: the quarantine has a broken entry");
        }
        SortedMap<Digest, Long> quarantined = new TreeMap<>();
        ByteBuffer in = ByteBuffer.wrap(q);
        while (in.hasRemaining()) {
            quarantined.put(digest(in), in.getLong());
        }
        return new Table.Entry(active, previous, candidate, tries, floor, snapshot, quarantined);
    }

    private static byte[] bytes(Release release) {
        if (release == null) {
            return new byte[0];
        }
        return ByteBuffer.allocate(release.settings() == null ? RELEASE : RELEASE_WITH_SETTINGS).put(release.manifest().bytes())
                .putLong(release.sequence()).put(release.blob().bytes()).put(bytes(release.settings())).array();
    }

    private static byte[] bytes(Digest digest) {
        return digest == null ? new byte[0] : digest.bytes();
    }

    private static Release release(byte[] bytes) {
        if (bytes.length == 0) {
            return null;
        }
        if (bytes.length != RELEASE && bytes.length != RELEASE_WITH_SETTINGS) {
            throw new MalformedDocumentException("table: a release of " + bytes.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new Release(digest(in), in.getLong(), digest(in), in.hasRemaining() ? digest(in) : null);
    }

    private static Digest digest(ByteBuffer in) {
        byte[] bytes = new byte[Digest.LENGTH];
        in.get(bytes);
        return Digest.of(bytes);
    }

    private static Digest digest(byte[] bytes) {
        if (bytes.length != 0 && bytes.length != Digest.LENGTH) {
            throw new MalformedDocumentException("table: a digest of " + bytes.length + " bytes");
        }
        return bytes.length == 0 ? null : Digest.of(bytes);
    }
}
