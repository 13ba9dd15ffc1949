package dev.thimble.ota.document;

import dev.thimble.ota.content.Digest;
import dev.thimble.ota.content.Encoding;

/**
 * One way in which a module may travel. {@code digest} names the encoded bytes (and the transfer's
 * topic); {@code base} is the module that a delta starts from and null otherwise.
 *
 * @param size bytes on the way, 1 … {@link #MAX_SIZE}
 * @param chunkSize bytes per chunk, {@link #MIN_CHUNK} … {@link #MAX_CHUNK}; the last one may be shorter
 * @param merkleRoot root of the tree over the chunks
 */
public record Payload(Encoding encoding, Digest base, Digest digest, int size, int chunkSize, Digest merkleRoot) {
    public static final int MAX_SIZE = 16 << 20;
    public static final int MIN_CHUNK = 256;
    public static final int MAX_CHUNK = 64 << 10;
    public static final int DEFAULT_CHUNK = 4 << 10;

    public int chunks() {
        return (size + chunkSize - 1) / chunkSize;
    }

    /** Length in bytes of one chunk. */
    public int chunkLength(int chunk) {
        return Math.min(chunkSize, size - chunk * chunkSize);
    }
}
