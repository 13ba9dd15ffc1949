package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Trap;

/**
 * The numeric operations that may trap (spec 3.0, "Integer Operations", "Conversions").
 * {@code at} is the instruction's offset in the binary.
 */
final class Checked {
    private Checked() {
    }

    static int divS(int a, int b, int at) {
        if (b == 0) {
            throw zero(at);
        }
        if (b == -1 && a == Integer.MIN_VALUE) {
            throw overflow(at);
        }
        return a / b;
    }

    static int divU(int a, int b, int at) {
        if (b == 0) {
            throw zero(at);
        }
        return Integer.divideUnsigned(a, b);
    }

    static int remS(int a, int b, int at) {
        if (b == 0) {
            throw zero(at);
        }
        return a % b;
    }

    static int remU(int a, int b, int at) {
        if (b == 0) {
            throw zero(at);
        }
        return Integer.remainderUnsigned(a, b);
    }

    static long divS(long a, long b, int at) {
        if (b == 0) {
            throw zero(at);
        }
        if (b == -1 && a == Long.MIN_VALUE) {
            throw overflow(at);
        }
        return a / b;
    }

    static long divU(long a, long b, int at) {
        if (b == 0) {
            throw zero(at);
        }
        return Long.divideUnsigned(a, b);
    }

    static long remS(long a, long b, int at) {
        if (b == 0) {
            throw zero(at);
        }
        return a % b;
    }

    static long remU(long a, long b, int at) {
        if (b == 0) {
            throw zero(at);
        }
        return Long.remainderUnsigned(a, b);
    }

    static int truncS32(double x, int at) {
        if (x > -0x1.00000002p31 && x < 0x1p31) {
            return (int) x;
        }
        throw conversion(x, at);
    }

    static int truncU32(double x, int at) {
        if (x > -1 && x < 0x1p32) {
            return (int) (long) x;
        }
        throw conversion(x, at);
    }

    static long truncS64(double x, int at) {
        if (x >= -0x1p63 && x < 0x1p63) {
            return (long) x;
        }
        throw conversion(x, at);
    }

    static long truncU64(double x, int at) {
        if (x > -1 && x < 0x1p64) {
            return Numerics.truncSatU64(x);
        }
        throw conversion(x, at);
    }

    private static Trap zero(int at) {
        return new Trap(Trap.Kind.DIVIDE_BY_ZERO, at);
    }

    private static Trap overflow(int at) {
        return new Trap(Trap.Kind.INTEGER_OVERFLOW, at);
    }

    private static Trap conversion(double x, int at) {
        return new Trap(x != x ? Trap.Kind.INVALID_CONVERSION : Trap.Kind.INTEGER_OVERFLOW, at);
    }
}
