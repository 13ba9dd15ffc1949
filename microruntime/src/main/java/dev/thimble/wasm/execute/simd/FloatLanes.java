package dev.thimble.wasm.execute.simd;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import dev.thimble.wasm.execute.Numerics;

/** Two f32 lanes or one f64 lane in one long, which is half of a v128. */
final class FloatLanes {
    static final int ABS = 0, NEG = 1, SQRT = 3, ADD = 4, SUB = 5, MUL = 6, DIV = 7, MIN = 8, MAX = 9, PMIN = 10;
    /** Roundings have no row of their own in the opcode table; these follow the last row. */
    static final int CEIL = 12, FLOOR = 13, TRUNC = 14, NEAREST = 15;

    private FloatLanes() {}

    static long unary32(int row, long x) {
        return switch (row) {
            case ABS -> x & 0x7FFF_FFFF_7FFF_FFFFL;
            case NEG -> x ^ 0x8000_0000_8000_0000L;
            default -> pack((float) unary(row, low(x)), (float) unary(row, high(x)));
        };
    }

    static long unary64(int row, long x) {
        return switch (row) {
            case ABS -> x & Long.MAX_VALUE;
            case NEG -> x ^ Long.MIN_VALUE;
            default -> doubleToRawLongBits(unary(row, longBitsToDouble(x)));
        };
    }

    /** Exact for f32 as well: roundings stay in range, and a square root rounded twice is rounded right. */
    private static double unary(int row, double x) {
        return switch (row) {
            case SQRT -> Math.sqrt(x);
            case CEIL -> Numerics.ceil(x);
            case FLOOR -> Numerics.floor(x);
            case TRUNC -> Numerics.trunc(x);
            default -> Numerics.nearest(x);
        };
    }

    static long binary32(int row, long x, long y) {
        return pack(binary(row, low(x), low(y)), binary(row, high(x), high(y)));
    }

    private static float binary(int row, float x, float y) {
        return switch (row) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case MIN -> Numerics.min(x, y);
            case MAX -> Numerics.max(x, y);
            case PMIN -> y < x ? y : x;
            default -> x < y ? y : x;
        };
    }

    static long binary64(int row, long a, long b) {
        double x = longBitsToDouble(a), y = longBitsToDouble(b);
        return switch (row) {
            case ADD -> doubleToRawLongBits(x + y);
            case SUB -> doubleToRawLongBits(x - y);
            case MUL -> doubleToRawLongBits(x * y);
            case DIV -> doubleToRawLongBits(x / y);
            case MIN -> doubleToRawLongBits(Numerics.min(x, y));
            case MAX -> doubleToRawLongBits(Numerics.max(x, y));
            case PMIN -> y < x ? b : a;
            default -> x < y ? b : a;
        };
    }

    /** Relations in the order eq, ne, lt, gt, le, ge. */
    static long compare32(int relation, long x, long y) {
        return (holds(relation, low(x), low(y)) ? 0xFFFF_FFFFL : 0) | (holds(relation, high(x), high(y)) ? -1L << 32 : 0);
    }

    static long compare64(int relation, long x, long y) {
        return holds(relation, longBitsToDouble(x), longBitsToDouble(y)) ? -1 : 0;
    }

    private static boolean holds(int relation, double x, double y) {
        return switch (relation) {
            case 0 -> x == y;
            case 1 -> x != y;
            case 2 -> x < y;
            case 3 -> x > y;
            case 4 -> x <= y;
            default -> x >= y;
        };
    }

    /** relaxed_madd, not fused: the specification allows both, and Java's fma allocates where the processor has none. */
    static long multiplyAdd32(boolean negate, long x, long y, long z) {
        long product = binary32(MUL, negate ? unary32(NEG, x) : x, y);
        return binary32(ADD, product, z);
    }

    static long multiplyAdd64(boolean negate, long x, long y, long z) {
        long product = binary64(MUL, negate ? unary64(NEG, x) : x, y);
        return binary64(ADD, product, z);
    }

    static long truncSat32(boolean signed, long x) {
        return signed
                ? pair((int) low(x), (int) high(x))
                : pair(Numerics.truncSatU32(low(x)), Numerics.truncSatU32(high(x)));
    }

    static int truncSat64(boolean signed, long x) {
        double value = longBitsToDouble(x);
        return signed ? (int) value : Numerics.truncSatU32(value);
    }

    static long convert32(boolean signed, long x) {
        return signed ? pack((int) x, (int) (x >> 32)) : pack(x & 0xFFFF_FFFFL, x >>> 32);
    }

    static long convert64(boolean signed, int x) {
        return doubleToRawLongBits(signed ? x : x & 0xFFFF_FFFFL);
    }

    static int demote(long x) {
        return floatToRawIntBits((float) longBitsToDouble(x));
    }

    static long promote(int x) {
        return doubleToRawLongBits(intBitsToFloat(x));
    }

    static float low(long x) {
        return intBitsToFloat((int) x);
    }

    static float high(long x) {
        return intBitsToFloat((int) (x >>> 32));
    }

    static long pack(float low, float high) {
        return pair(floatToRawIntBits(low), floatToRawIntBits(high));
    }

    static long pair(int low, int high) {
        return low & 0xFFFF_FFFFL | (long) high << 32;
    }
}
