package dev.thimble.wasm.execute.simd;

import java.util.function.LongBinaryOperator;
import java.util.random.RandomGenerator;

/** A vector as a plain array of lanes: the slow and obvious model that the real operations are compared with. */
final class LaneModel {
    private static final long[] CORNERS = {0, 1, -1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFFL,
            0x8000_0000L, 0xFFFF_FFFFL, Long.MAX_VALUE, Long.MIN_VALUE, 0x8080_8080_8080_8080L};

    private LaneModel() {
    }

    /** Executes an operation on vectors as the translator would have it executed. */
    static void run(int opcode, long[] s, int d, int a, int b, int c) {
        int code = opcode & 0xFFFF;
        HalfOp op = HalfOp.of(code);
        if (op != null) {
            new V128Halves(op, d, a, b).run(s);
        } else if (V128Shift.is(code)) {
            V128Shift.of(code, d, a, null).run(s, (int) s[b]);
        } else {
            V128.run(code, s, d, a, b, c);
        }
    }

    /** The lanes of the vector in slots a and a + 1, each sign-extended. */
    static long[] lanes(long[] s, int a, int width) {
        long[] lanes = new long[128 / width];
        for (int i = 0; i < lanes.length; i++) {
            int bit = i * width;
            lanes[i] = s[a + bit / 64] << 64 - width - bit % 64 >> 64 - width;
        }
        return lanes;
    }

    static long unsigned(long lane, int width) {
        return width == 64 ? lane : lane & (1L << width) - 1;
    }

    /** Sign-extends the low bits. */
    static long wrap(long value, int width) {
        return value << 64 - width >> 64 - width;
    }

    static long[] map(long[] x, long[] y, int width, LongBinaryOperator f) {
        long[] result = new long[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = wrap(f.applyAsLong(x[i], y[i]), width);
        }
        return result;
    }

    static long saturate(long value, long min, long max) {
        return Math.min(Math.max(value, min), max);
    }

    /** Slots full of random bits, with lanes at the corners of their range among them. */
    static void fill(long[] s, RandomGenerator random) {
        for (int i = 0; i < s.length; i++) {
            s[i] = random.nextLong();
            for (int bit = 0; bit < 64; bit += 16) {
                if (random.nextInt(3) == 0) {
                    int width = 8 << random.nextInt(4);
                    int shift = bit & -width;
                    long mask = (-1L >>> 64 - width) << shift;
                    s[i] = s[i] & ~mask | CORNERS[random.nextInt(CORNERS.length)] << shift & mask;
                }
            }
        }
    }
}
