package dev.thimble.wasm.execute;

/**
 * Scalar numerics of the specification (section 4.3, "Numerics") that plain Java operators do not give.
 *
 * <p>A result that is NaN is always quiet, and canonical whenever all NaN operands are: an operand NaN is passed through
 * one addition, which is how the hardware quiets it. What Java already does exactly as specified is not repeated here:
 * {@code (int) x} is trunc_sat_s, {@code Math.sqrt}, {@code Math.abs} on the bits, shifts and rotations.
 */
public final class Numerics {
    private Numerics() {}

    public static float min(float x, float y) {
        return x != x || y != y ? x + y : Math.min(x, y);
    }

    public static float max(float x, float y) {
        return x != x || y != y ? x + y : Math.max(x, y);
    }

    public static double min(double x, double y) {
        return x != x || y != y ? x + y : Math.min(x, y);
    }

    public static double max(double x, double y) {
        return x != x || y != y ? x + y : Math.max(x, y);
    }

    /** Whether x is less as unsigned; C2 of some releases miscompiles chains of compareUnsigned (JDK-8376400). */
    public static boolean below(long x, long y) {
        return x + Long.MIN_VALUE < y + Long.MIN_VALUE;
    }

    /** Whether x is greater as unsigned. */
    public static boolean above(long x, long y) {
        return x + Long.MIN_VALUE > y + Long.MIN_VALUE;
    }

    /** Math.copySign leaves open what the sign of a NaN counts for. */
    public static float copysign(float x, float sign) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(x) & Integer.MAX_VALUE
                | Float.floatToRawIntBits(sign) & Integer.MIN_VALUE);
    }

    public static double copysign(double x, double sign) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(x) & Long.MAX_VALUE
                | Double.doubleToRawLongBits(sign) & Long.MIN_VALUE);
    }

    public static double ceil(double x) {
        return x != x ? x + x : Math.ceil(x);
    }

    public static double floor(double x) {
        return x != x ? x + x : Math.floor(x);
    }

    public static double nearest(double x) {
        return x != x ? x + x : Math.rint(x);
    }

    public static double trunc(double x) {
        return x != x ? x + x : x < 0 ? Math.ceil(x) : Math.floor(x);
    }

    /** trunc_sat_u to 32 bits of f64, and of f32, which a double holds exactly. */
    public static int truncSatU32(double x) {
        long whole = (long) x;
        return whole <= 0 ? 0 : whole > 0xFFFF_FFFFL ? -1 : (int) whole;
    }

    /** trunc_sat_u to 64 bits of f64, and of f32, which a double holds exactly. */
    public static long truncSatU64(double x) {
        if (x < 0x1p63) {
            return Math.max((long) x, 0);
        }
        return x < 0x1p64 ? (long) (x - 0x1p63) ^ Long.MIN_VALUE : x != x ? 0 : -1;
    }

    public static float convertU64ToF32(long x) {
        return x >= 0 ? x : 2 * (float) halve(x);
    }

    public static double convertU64ToF64(long x) {
        return x >= 0 ? x : 2 * (double) halve(x);
    }

    /** Half of an unsigned value of 64 bits, rounded to odd, so that a second rounding cannot go wrong. */
    private static long halve(long x) {
        return x >>> 1 | x & 1;
    }

    /** The high 64 bits of the unsigned product; Java has it from release 18. */
    public static long multiplyHighU(long x, long y) {
        return Math.multiplyHigh(x, y) + (x >> 63 & y) + (y >> 63 & x);
    }
}
