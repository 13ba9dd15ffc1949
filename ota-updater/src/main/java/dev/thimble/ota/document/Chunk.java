package dev.thimble.ota.document;

import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.content.MerkleTree;

/**
 * One chunk as it travels: the bytes and their inclusion proof. Payload and number are in the topic.
 * A manifest travels the same way, whole, as chunk 0 with an empty proof: its name is its digest.
 */
public record Chunk(byte[] proof, byte[] data) {
    /** Beside the data: a proof of 16 levels (16 MiB in chunks of 256 bytes) and the heads. */
    public static final int MAX_OVERHEAD = 16 * 32 + 16;
    private static final int MAX_BYTES = Payload.MAX_CHUNK + MAX_OVERHEAD;

    public byte[] encode() {
        return Cbor.encode(CBORObject.NewArray().Add(proof).Add(data));
    }

    public static Chunk decode(byte[] bytes) {
        Row row = Row.parse(bytes, "chunk", MAX_BYTES);
        Chunk chunk = new Chunk(row.bytes(0, 16 * 32), row.bytes(1, Payload.MAX_CHUNK));
        row.end();
        return chunk;
    }

    /** Whether this is that chunk of that payload. */
    public boolean belongsTo(Payload payload, int number) {
        return number >= 0 && number < payload.chunks() && data.length == payload.chunkLength(number)
                && MerkleTree.proves(payload.merkleRoot(), number, payload.chunks(), data, 0, data.length, proof);
    }
}
