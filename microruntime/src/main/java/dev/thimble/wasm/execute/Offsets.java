package dev.thimble.wasm.execute;

import java.util.Arrays;

/**
 * Where the statements of a function's lists are in the binary: for each list its number, its length, and the offset of
 * each statement as the difference to the one before, as LEB128. That takes little more than a byte for a statement, and is
 * read only when something is thrown.
 */
public final class Offsets {
    private byte[] bytes = new byte[64];
    private int length;
    private int last;

    /** Adds a list. */
    public void add(int list, int[] offsets) {
        write(list);
        write(offsets.length);
        for (int offset : offsets) {
            write(offset - last << 1 ^ offset - last >> 31);
            last = offset;
        }
    }

    private void write(int value) {
        if (length + 5 > bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        for (; value >>> 7 != 0; value >>>= 7) {
            bytes[length++] = (byte) (value | 0x80);
        }
        bytes[length++] = (byte) value;
    }

    /** All lists that were added. */
    public byte[] packed() {
        return Arrays.copyOf(bytes, length);
    }

    /** The offset of statement {@code statement} of list {@code list}, which was added. */
    static int find(byte[] packed, int list, int statement) {
        int position = 0;
        int at = 0;
        int left = 0;
        boolean found = false;
        for (int field = 0; ; ) {
            int value = 0;
            int shift = 0;
            byte next;
            do {
                next = packed[position++];
                value |= (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0);
            switch (field) {
                case 0:
                    found = value == list;
                    field = 1;
                    break;
                case 1:
                    left = value;
                    field = left == 0 ? 0 : 2;
                    break;
                default:
                    at += value >>> 1 ^ -(value & 1);
                    if (found && statement-- == 0) {
                        return at;
                    }
                    field = --left == 0 ? 0 : 2;
            }
        }
    }
}
