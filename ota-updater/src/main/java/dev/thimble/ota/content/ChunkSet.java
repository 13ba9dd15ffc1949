package dev.thimble.ota.content;

import java.util.BitSet;

/**
 * Which chunks of a payload are there: an immutable set over {@code 0 … count-1}.
 *
 * <p>On the wire it is a bitmap of ⌈count/8⌉ bytes, chunk 0 in bit 0 of byte 0.
 */
public final class ChunkSet {
    private final int count;
    private final BitSet bits;

    private ChunkSet(int count, BitSet bits) {
        this.count = count;
        this.bits = bits;
    }

    public static ChunkSet none(int count) {
        return new ChunkSet(count, new BitSet(count));
    }

    public static ChunkSet of(int count, int... chunks) {
        BitSet bits = new BitSet(count);
        for (int chunk : chunks) {
            bits.set(check(chunk, count));
        }
        return new ChunkSet(count, bits);
    }

    /** Reads a bitmap; its length must fit and the bits beyond {@code count} must be zero. */
    public static ChunkSet fromBitmap(int count, byte[] bitmap) {
        BitSet bits = BitSet.valueOf(bitmap);
        if (bitmap.length != (count + 7) / 8 || bits.length() > count) {
            throw new IllegalArgumentException("a bitmap of " + bitmap.length + " bytes is not one of " + count + " chunks");
        }
        return new ChunkSet(count, bits);
    }

    public byte[] toBitmap() {
        byte[] bitmap = new byte[(count + 7) / 8];
        byte[] used = bits.toByteArray();
        System.arraycopy(used, 0, bitmap, 0, used.length);
        return bitmap;
    }

    public int count() {
        return count;
    }

    public int size() {
        return bits.cardinality();
    }

    public boolean isComplete() {
        return size() == count;
    }

    public boolean contains(int chunk) {
        return bits.get(check(chunk, count));
    }

    public ChunkSet with(int chunk) {
        BitSet more = (BitSet) bits.clone();
        more.set(check(chunk, count));
        return new ChunkSet(count, more);
    }

    /** Everything this set lacks, at most {@code limit} chunks of it, lowest first. */
    public ChunkSet missing(int limit) {
        BitSet gaps = new BitSet(count);
        int chunk = bits.nextClearBit(0);
        for (int n = 0; n < limit && chunk < count; n++) {
            gaps.set(chunk);
            chunk = bits.nextClearBit(chunk + 1);
        }
        return new ChunkSet(count, gaps);
    }

    /** The chunks in ascending order. */
    public int[] toArray() {
        return bits.stream().toArray();
    }

    private static int check(int chunk, int count) {
        if (chunk < 0 || chunk >= count) {
            throw new IndexOutOfBoundsException("chunk " + chunk + " of a payload of " + count);
        }
        return chunk;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkSet that && count == that.count && bits.equals(that.bits);
    }

    @Override
    public int hashCode() {
        return 31 * count + bits.hashCode();
    }

    @Override
    public String toString() {
        return size() + " of " + count + " chunks";
    }
}
