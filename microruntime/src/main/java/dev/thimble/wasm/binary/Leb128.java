package dev.thimble.wasm.binary;

/** LEB128 integers, strict about their width (spec 3.0, "Integers"). */
final class Leb128 {
    private Leb128() {
    }

    /** An unsigned integer of at most {@code width} bits, 1 to 64. */
    static long unsigned(ByteReader reader, int width) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int at = reader.position();
            int next = reader.u8();
            int left = width - shift;
            value |= (long) (next & 0x7F) << shift;
            if (left < 7 && (next & 0x7F) >>> left != 0) {
                throw reader.malformed((next & 0x80) != 0 ? "integer representation too long" : "integer too large", at);
            }
            if ((next & 0x80) == 0) {
                return value;
            }
            if (left <= 7) {
                throw reader.malformed("integer representation too long", at);
            }
        }
    }

    /** A two's complement integer of at most {@code width} bits, 1 to 64. */
    static long signed(ByteReader reader, int width) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int at = reader.position();
            int next = reader.u8();
            int left = width - shift;
            value |= (long) (next & 0x7F) << shift;
            if (left <= 7) {
                if ((next & 0x80) != 0) {
                    throw reader.malformed("integer representation too long", at);
                }
                int extended = (byte) (next << 1) >> left;
                if (extended != 0 && extended != -1) {
                    throw reader.malformed("integer too large", at);
                }
            }
            if ((next & 0x80) == 0) {
                int unused = 64 - (shift + 7);
                return unused > 0 ? value << unused >> unused : value;
            }
        }
    }
}
