package dev.thimble.ota.document;

import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.content.ChunkSet;
import dev.thimble.ota.content.Digest;

/** A device asks for chunks of a payload, or for a manifest, which is chunk 0 of 1 of its own digest. */
public record Get(Digest name, ChunkSet chunks) {
    private static final int MAX_CHUNKS = Payload.MAX_SIZE / Payload.MIN_CHUNK;

    public static Get manifest(Digest digest) {
        return new Get(digest, ChunkSet.of(1, 0));
    }

    public byte[] encode() {
        return Cbor.encode(CBORObject.NewArray().Add(name.bytes()).Add(chunks.count()).Add(chunks.toBitmap()));
    }

    public static Get decode(byte[] bytes) {
        Row row = Row.parse(bytes, "get", MAX_CHUNKS / 8 + 64);
        Digest name = Digest.of(row.bytes(Digest.LENGTH, Digest.LENGTH));
        int count = row.count(MAX_CHUNKS);
        byte[] bitmap = row.bytes(0, MAX_CHUNKS / 8);
        row.end();
        try {
            return new Get(name, ChunkSet.fromBitmap(count, bitmap));
        } catch (IllegalArgumentException e) {
            throw new MalformedDocumentException("get: " + e.getMessage(), e);
        }
    }
}
