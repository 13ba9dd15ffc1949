package dev.thimble.wasm.execute.simd;

/**
 * The operations of the specification's section "Vector Numerics" that have no node of their own, on slots.
 *
 * <p>A v128 is two slots: bits 0–63 in slot i, bits 64–127 in slot i + 1. A scalar is one slot: i32 and f32 in its low
 * 32 bits (what lies above is ignored), i64 and f64 in all of it. Operands may overlap the destination: every result
 * is computed whole before it is written.
 *
 * <p>Codes are those after the prefix 0xFD. Relaxed operations are deterministic on every machine: multiply-add is not
 * fused, the dot product takes both operands as signed and wraps, and all others do what their strict namesakes do.
 */
public final class V128 {
    static final int SWIZZLE = 0x0E, FIRST_COMPARE = 0x23, FIRST_BITWISE = 0x4D, FIRST_INT = 0x60, FIRST_FLOAT = 0xE0;
    static final int FIRST_TRUNCATE = 0xF8, FIRST_RELAXED = 0x100;

    private V128() {}

    /**
     * Executes one operation that is neither a constant, a shuffle, a splat, an extract_lane, a shift, a memory access nor a
     * {@link HalfOp}.
     *
     * @param code opcode after the prefix, one that the validator accepts
     * @param s slots
     * @param d slot of the result
     * @param a slot of the first operand
     * @param b slot of the second operand, if the operation has one
     * @param c slot of the third operand, or the lane index
     */
    public static void run(int code, long[] s, int d, int a, int b, int c) {
        if (code == SWIZZLE) {
            swizzle(s, d, a, b);
        } else if (code < FIRST_BITWISE) {
            int width = code == 0x17 ? 8 : code == 0x1A ? 16 : code == 0x1C || code == 0x20 ? 32 : 64;
            insert(s, d, a, s[b], c, width);
        } else if (code < FIRST_INT) {
            bitwise(code, s, d, a, b, c);
        } else if (code < FIRST_FLOAT) {
            integer(code, s, d, a, b);
        } else if (code < FIRST_TRUNCATE) {
            float32or64(code - FIRST_FLOAT, s, d, a);
        } else if (code < FIRST_RELAXED) {
            convert(code, s, d, a);
        } else {
            relaxed(code, s, d, a, b, c);
        }
    }

    private static void swizzle(long[] s, int d, int a, int b) {
        set(s, d, swizzle(s, a, s[b]), swizzle(s, a, s[b + 1]));
    }

    private static long swizzle(long[] s, int a, long indices) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            int index = (int) (indices >>> shift) & 0xFF;
            if (index < 16) {
                result |= (s[a + (index >>> 3)] >>> 8 * (index & 7) & 0xFF) << shift;
            }
        }
        return result;
    }

    /** The lane in the low bits, other lanes above it. */
    static long extract(long[] s, int a, int lane, int width) {
        int bit = lane * width;
        return s[a + (bit >> 6)] >>> bit;
    }

    /** The vector at a with the lane taken from the low bits of value. */
    static void insert(long[] s, int d, int a, long value, int lane, int width) {
        int bit = lane * width;
        long mask = -1L >>> 64 - width << bit;
        long low = s[a], high = s[a + 1];
        if (bit < 64) {
            low = low & ~mask | value << bit & mask;
        } else {
            high = high & ~mask | value << bit & mask;
        }
        set(s, d, low, high);
    }

    private static void bitwise(int code, long[] s, int d, int a, int b, int c) {
        switch (code) {
            case 0x4D -> set(s, d, ~s[a], ~s[a + 1]);
            case 0x52 -> select(s, d, a, b, c);
            case 0x53 -> s[d] = (s[a] | s[a + 1]) != 0 ? 1 : 0;
            case 0x5E -> set(s, d, FloatLanes.pair(FloatLanes.demote(s[a]), FloatLanes.demote(s[a + 1])), 0);
            default -> set(s, d, FloatLanes.promote((int) s[a]), FloatLanes.promote((int) (s[a] >>> 32)));
        }
    }

    private static void select(long[] s, int d, int a, int b, int c) {
        set(s, d, s[a] & s[c] | s[b] & ~s[c], s[a + 1] & s[c + 1] | s[b + 1] & ~s[c + 1]);
    }

    /** Codes 0x60–0xDF: four blocks of 32 rows, one per lane width, with some other operations in their gaps. */
    private static void integer(int code, long[] s, int d, int a, int b) {
        switch (code) {
            case 0x67, 0x68, 0x69, 0x6A -> float32(FloatLanes.CEIL + code - 0x67, s, d, a);
            case 0x74 -> float64(FloatLanes.CEIL, s, d, a);
            case 0x75 -> float64(FloatLanes.FLOOR, s, d, a);
            case 0x7A -> float64(FloatLanes.TRUNC, s, d, a);
            case 0x94 -> float64(FloatLanes.NEAREST, s, d, a);
            case 0x7C, 0x7D -> pairwise(code == 0x7C, 16, s, d, a);
            case 0x7E, 0x7F -> pairwise(code == 0x7E, 32, s, d, a);
            default -> integer(code & 0x1F, 1 << (code >> 5), s, d, a, b);
        }
    }

    private static void integer(int row, int width, long[] s, int d, int a, int b) {
        switch (row) {
            case IntLanes.ABS, IntLanes.NEG, IntLanes.POPCNT ->
                set(s, d, IntLanes.unary(row, width, s[a]), IntLanes.unary(row, width, s[a + 1]));
            case IntLanes.ALL_TRUE -> s[d] = IntLanes.allTrue(width, s[a]) && IntLanes.allTrue(width, s[a + 1]) ? 1 : 0;
            case IntLanes.BITMASK -> s[d] = IntLanes.bitmask(width, s[a]) | IntLanes.bitmask(width, s[a + 1]) << 64 / width;
            case IntLanes.NARROW_S, IntLanes.NARROW_U -> {
                boolean signed = row == IntLanes.NARROW_S;
                set(s, d, IntLanes.narrow(signed, 2 * width, s[a], s[a + 1]),
                        IntLanes.narrow(signed, 2 * width, s[b], s[b + 1]));
            }
            default -> {
                if (row >= IntLanes.EXTMUL_LOW_S) {
                    multiplyExtended(row - IntLanes.EXTMUL_LOW_S, width, s, d, a, b);
                } else {
                    extend(row - IntLanes.EXTEND_LOW_S, width, s, d, a);
                }
            }
        }
    }

    /** Variants in the order low_s, high_s, low_u, high_u. */
    private static void extend(int variant, int width, long[] s, int d, int a) {
        long x = s[a + (variant & 1)];
        set(s, d, IntLanes.widen(variant < 2, width, (int) x), IntLanes.widen(variant < 2, width, (int) (x >>> 32)));
    }

    private static void multiplyExtended(int variant, int width, long[] s, int d, int a, int b) {
        boolean signed = variant < 2;
        long x = s[a + (variant & 1)], y = s[b + (variant & 1)];
        long low = IntLanes.mul(
                IntLanes.widen(signed, width, (int) x), IntLanes.widen(signed, width, (int) y), width);
        long high = IntLanes.mul(
                IntLanes.widen(signed, width, (int) (x >>> 32)), IntLanes.widen(signed, width, (int) (y >>> 32)), width);
        set(s, d, low, high);
    }

    private static void pairwise(boolean signed, int width, long[] s, int d, int a) {
        set(s, d, IntLanes.pairwise(signed, width, s[a]), IntLanes.pairwise(signed, width, s[a + 1]));
    }

    /** Codes 0xE0–0xF7: twelve rows for f32x4, twelve for f64x2. */
    private static void float32or64(int index, long[] s, int d, int a) {
        if (index < 12) {
            float32(index, s, d, a);
        } else {
            float64(index - 12, s, d, a);
        }
    }

    private static void float32(int row, long[] s, int d, int a) {
        set(s, d, FloatLanes.unary32(row, s[a]), FloatLanes.unary32(row, s[a + 1]));
    }

    private static void float64(int row, long[] s, int d, int a) {
        set(s, d, FloatLanes.unary64(row, s[a]), FloatLanes.unary64(row, s[a + 1]));
    }

    /** Even codes are signed. */
    private static void convert(int code, long[] s, int d, int a) {
        boolean signed = (code & 1) == 0;
        switch (code >> 1) {
            case 0xF8 >> 1 -> set(s, d, FloatLanes.truncSat32(signed, s[a]), FloatLanes.truncSat32(signed, s[a + 1]));
            case 0xFA >> 1 -> set(s, d, FloatLanes.convert32(signed, s[a]), FloatLanes.convert32(signed, s[a + 1]));
            case 0xFC >> 1 -> set(s, d,
                    FloatLanes.pair(FloatLanes.truncSat64(signed, s[a]), FloatLanes.truncSat64(signed, s[a + 1])), 0);
            default -> set(s, d,
                    FloatLanes.convert64(signed, (int) s[a]), FloatLanes.convert64(signed, (int) (s[a] >>> 32)));
        }
    }

    private static void relaxed(int code, long[] s, int d, int a, int b, int c) {
        switch (code) {
            case 0x100 -> swizzle(s, d, a, b);
            case 0x101, 0x102 -> convert(code - 0x101 + 0xF8, s, d, a);
            case 0x103, 0x104 -> convert(code - 0x103 + 0xFC, s, d, a);
            case 0x105, 0x106 -> set(s, d, FloatLanes.multiplyAdd32(code == 0x106, s[a], s[b], s[c]),
                    FloatLanes.multiplyAdd32(code == 0x106, s[a + 1], s[b + 1], s[c + 1]));
            case 0x107, 0x108 -> set(s, d, FloatLanes.multiplyAdd64(code == 0x108, s[a], s[b], s[c]),
                    FloatLanes.multiplyAdd64(code == 0x108, s[a + 1], s[b + 1], s[c + 1]));
            case 0x109, 0x10A, 0x10B, 0x10C -> select(s, d, a, b, c);
            default -> set(s, d, dotAdd(s[a], s[b], s[c]), dotAdd(s[a + 1], s[b + 1], s[c + 1]));
        }
    }

    private static long dotAdd(long x, long y, long sum) {
        long pairs = IntLanes.pairwise(true, 32, IntLanes.dot(x, y, 8));
        return IntLanes.add(pairs, sum, IntLanes.signs(32));
    }

    static void set(long[] s, int d, long low, long high) {
        s[d] = low;
        s[d + 1] = high;
    }
}
