package dev.thimble.wasm.wasi;

import dev.thimble.wasm.api.Memory;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/** {@code filestat} of WASI preview 1; times in nanoseconds since 1970. */
record Filestat(long device, long inode, int filetype, long links, long size, long accessed, long modified, long changed) {
    static final int BYTES = 64;

    /**
     * @param links how often it is linked, which the basic attributes do not tell
     */
    static Filestat of(BasicFileAttributes attributes, long links) {
        long[] key = key(attributes.fileKey());
        long modified = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        return new Filestat(key[0], key[1], Filetype.of(attributes), links, attributes.size(),
                attributes.lastAccessTime().to(TimeUnit.NANOSECONDS), modified, modified);
    }

    /** The secure views show device and inode only as the text {@code (dev=fd01,ino=1234)}. */
    private static long[] key(Object fileKey) {
        String text = String.valueOf(fileKey);
        int comma = text.indexOf(",ino=");
        if (!text.startsWith("(dev=") || comma < 0) {
            return new long[] {0, text.hashCode()};
        }
        return new long[] {Long.parseUnsignedLong(text, 5, comma, 16),
            Long.parseUnsignedLong(text, comma + 5, text.length() - 1, 10)};
    }

    boolean sameFile(Filestat other) {
        return device == other.device && inode == other.inode && filetype == other.filetype;
    }

    Filestat withSize(long bytes) {
        return new Filestat(device, inode, filetype, links, bytes, accessed, modified, changed);
    }

    void write(Memory memory, int at) {
        memory.putLong(at, device);
        memory.putLong(at + 8, inode);
        memory.putLong(at + 16, filetype);
        memory.putLong(at + 24, links);
        memory.putLong(at + 32, size);
        memory.putLong(at + 40, accessed);
        memory.putLong(at + 48, modified);
        memory.putLong(at + 56, changed);
    }
}
