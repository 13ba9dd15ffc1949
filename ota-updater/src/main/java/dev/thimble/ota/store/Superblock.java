package dev.thimble.ota.store;

import dev.thimble.ota.content.Digest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * One of the two commit records, exactly one sector of 512 bytes, big-endian: magic (8), counter (8),
 * form (1), length (2), content, zeros, CRC-32C of all before (4). The content is the table itself,
 * or, when that is too long, the digest of the blob that holds it.
 *
 * @param counter grows with every commit; the valid superblock with the higher one is the truth
 */
record Superblock(long counter, boolean inline, byte[] content) {
    static final int SIZE = 512;
    static final int CAPACITY = SIZE - 8 - 8 - 1 - 2 - 4;
    private static final long MAGIC = 0x5448494D424C4531L; // "THIMBLE1"

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(SIZE);
        out.putLong(MAGIC).putLong(counter).put((byte) (inline ? 1 : 2)).putShort((short) content.length).put(content);
        out.putInt(SIZE - 4, checksum(out.array()));
        return out.array();
    }

    /** @return null if these bytes are no whole superblock, which is normal for one of the two after a power cut */
    static Superblock decode(byte[] sector) {
        if (sector.length != SIZE) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(sector);
        if (in.getInt(SIZE - 4) != checksum(sector) || in.getLong() != MAGIC) {
            return null;
        }
        long counter = in.getLong();
        byte form = in.get();
        int length = in.getShort();
        if (counter < 0 || length < 0 || length > CAPACITY || form != 1 && (form != 2 || length != Digest.LENGTH)) {
            return null;
        }
        int start = in.position();
        Superblock block = new Superblock(counter, form == 1, Arrays.copyOfRange(sector, start, start + length));
        return Arrays.equals(block.encode(), sector) ? block : null;
    }

    private static int checksum(byte[] sector) {
        CRC32C crc = new CRC32C();
        crc.update(sector, 0, SIZE - 4);
        return (int) crc.getValue();
    }
}
