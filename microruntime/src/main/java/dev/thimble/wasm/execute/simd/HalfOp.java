package dev.thimble.wasm.execute.simd;

/**
 * An operation that makes each half of its result of the same halves of its operands. The most frequent ones have
 * records of their own, small enough that C1 inlines them; {@link #of} makes the others from the rows of the table.
 */
public interface HalfOp {
    long apply(long x, long y);

    /** The operation with this code after the prefix 0xFD, or null when it is not of this kind. */
    static HalfOp of(int code) {
        if (code >= V128.FIRST_FLOAT && code < V128.FIRST_TRUNCATE) {
            return ofFloat(code - V128.FIRST_FLOAT);
        }
        if (code >= V128.FIRST_INT && code < V128.FIRST_FLOAT) {
            return V128.isIntegerBinary(code) ? ofInteger(code & 0x1F, 1 << (code >> 5)) : null;
        }
        int relation = code - V128.FIRST_COMPARE;
        if (relation >= 0 && relation < 30) {
            return new Compare(relation % 10, 8 << relation / 10);
        }
        return switch (code) {
            case 0x4E -> new And();
            case 0x4F -> new AndNot();
            case 0x50 -> new Or();
            case 0x51 -> new Xor();
            default -> null;
        };
    }

    private static HalfOp ofInteger(int row, int width) {
        return switch (row) {
            case IntLanes.ADD -> new Add(IntLanes.signs(width));
            case IntLanes.SUB -> new Sub(IntLanes.signs(width));
            case IntLanes.MUL -> new Mul(width);
            default -> new Arithmetic(row, width);
        };
    }

    private static HalfOp ofFloat(int index) {
        return switch (index) {
            case FloatLanes.ADD -> new Add32();
            case FloatLanes.SUB -> new Sub32();
            case FloatLanes.MUL -> new Mul32();
            case 12 + FloatLanes.ADD -> new Add64();
            case 12 + FloatLanes.MUL -> new Mul64();
            default -> index % 12 < FloatLanes.ADD ? null
                    : index < 12 ? new Float32(index) : new Float64(index - 12);
        };
    }

    record Add(long signs) implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return IntLanes.add(x, y, signs);
        }
    }

    record Sub(long signs) implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return IntLanes.sub(x, y, signs);
        }
    }

    record Mul(int width) implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return IntLanes.mul(x, y, width);
        }
    }

    /** Any other row of the integer blocks that takes two vectors. */
    record Arithmetic(int row, int width) implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return IntLanes.binary(row, width, x, y);
        }
    }

    record Compare(int relation, int width) implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return IntLanes.compare(relation, width, x, y);
        }
    }

    record And() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return x & y;
        }
    }

    record AndNot() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return x & ~y;
        }
    }

    record Or() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return x | y;
        }
    }

    record Xor() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return x ^ y;
        }
    }

    /** f32x4.add, and so on. */
    record Add32() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return FloatLanes.pack(FloatLanes.low(x) + FloatLanes.low(y), FloatLanes.high(x) + FloatLanes.high(y));
        }
    }

    record Sub32() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return FloatLanes.pack(FloatLanes.low(x) - FloatLanes.low(y), FloatLanes.high(x) - FloatLanes.high(y));
        }
    }

    record Mul32() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return FloatLanes.pack(FloatLanes.low(x) * FloatLanes.low(y), FloatLanes.high(x) * FloatLanes.high(y));
        }
    }

    record Float32(int row) implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return FloatLanes.binary32(row, x, y);
        }
    }

    record Add64() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return Double.doubleToRawLongBits(Double.longBitsToDouble(x) + Double.longBitsToDouble(y));
        }
    }

    record Mul64() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return Double.doubleToRawLongBits(Double.longBitsToDouble(x) * Double.longBitsToDouble(y));
        }
    }

    record Float64(int row) implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return FloatLanes.binary64(row, x, y);
        }
    }
}
