package dev.thimble.ota.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The store's own parsers, for the fuzzer; each gives back what it read in its only form, or null. */
public final class ParserAccess {
    private ParserAccess() {
    }

    public static byte[] superblock(byte[] bytes) {
        Superblock block = Superblock.decode(bytes);
        return block == null ? null : block.encode();
    }

    /** As {@link #superblock}, but with the checksum mended, since hardly any change would get past it. */
    public static byte[] mendedSuperblock(byte[] bytes) {
        byte[] sector = Arrays.copyOf(bytes, Superblock.SIZE);
        CRC32C crc = new CRC32C();
        crc.update(sector, 0, Superblock.SIZE - 4);
        ByteBuffer.wrap(sector).putInt(Superblock.SIZE - 4, (int) crc.getValue());
        byte[] again = superblock(sector);
        if (again != null && !Arrays.equals(again, sector)) {
            throw new AssertionError("accepted, but not in its only form");
        }
        return again == null ? null : bytes;
    }

    public static byte[] table(byte[] bytes) {
        return TableCodec.encode(TableCodec.decode(bytes));
    }

    public static byte[] encode(dev.thimble.ota.step.Table table) {
        return TableCodec.encode(table);
    }

    public static byte[] superblockOf(byte[] content) {
        return new Superblock(5, true, content).encode();
    }
}
