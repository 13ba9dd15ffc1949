package dev.thimble.wasm.execute.simd;

/**
 * An operation that makes each half of its result of the same halves of its operands. The most frequent ones have
 * records of their own, small enough that C1 inlines them; {@link #of} makes the others from the rows of the table.
 */
public interface HalfOp {
    long apply(long x, long y);

    /** The operation with this code after the prefix 0xFD, or null when it is not of this kind. */
    static HalfOp of(int code) {
        if (code >= V128.FIRST_RELAXED) {
            return ofRelaxed(code);
        }
        if (code >= V128.FIRST_FLOAT) {
            return code < V128.FIRST_TRUNCATE ? ofFloat(code - V128.FIRST_FLOAT) : null;
        }
        if (code >= V128.FIRST_INT) {
            return ofInteger(code);
        }
        if (code >= V128.FIRST_COMPARE && code < V128.FIRST_BITWISE) {
            return ofRelation(code - V128.FIRST_COMPARE);
        }
        return switch (code) {
            case 0x4E -> new And();
            case 0x4F -> new AndNot();
            case 0x50 -> new Or();
            case 0x51 -> new Xor();
            default -> null;
        };
    }

    /**
     * The operation that makes NaNs among the float lanes of the first operand canonical, after the operation with this code
     * has made them; null when that only moves lanes, as pmin and pmax do, or makes no floats.
     */
    static HalfOp canonical(int code) {
        return switch (code) {
            // demote; ceil, floor, trunc, nearest; sqrt, add, sub, mul, div, min, max; relaxed madd, nmadd, min, max
            case 0x5E, 0x67, 0x68, 0x69, 0x6A, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0x105, 0x106, 0x10D, 0x10E -> new Canonical32();
            case 0x5F, 0x74, 0x75, 0x7A, 0x94, 0xEF, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0x107, 0x108, 0x10F, 0x110 -> new Canonical64();
            default -> null;
        };
    }

    private static HalfOp ofRelation(int index) {
        return index < 30 ? new Compare(index % 10, 8 << index / 10)
                : index < 36 ? new Compare32(index - 30) : new Compare64(index - 36);
    }

    /** Codes 0x60–0xDF: four blocks of 32 rows, with some other operations in their gaps. */
    private static HalfOp ofInteger(int code) {
        int row = code & 0x1F, width = 1 << (code >> 5);
        return switch (code) {
            case 0x74, 0x75, 0x7A, 0x94 -> null;
            case 0x82 -> new Arithmetic(row, width);
            // eq, ne, lt_s, gt_s, le_s, ge_s
            case 0xD6, 0xD7 -> new Compare(code - 0xD6, 64);
            case 0xD8, 0xD9, 0xDA, 0xDB -> new Compare(2 * (code - 0xD7), 64);
            default -> row >= IntLanes.ADD && row < IntLanes.EXTMUL_LOW_S ? ofInteger(row, width) : null;
        };
    }

    private static HalfOp ofRelaxed(int code) {
        return switch (code) {
            case 0x10D, 0x10E -> new Float32(FloatLanes.MIN + code - 0x10D);
            case 0x10F, 0x110 -> new Float64(FloatLanes.MIN + code - 0x10F);
            case 0x111 -> new Arithmetic(IntLanes.Q15MULR_SAT_S, 16);
            case 0x112 -> new Arithmetic(IntLanes.DOT_S, 16);
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

    record Canonical32() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return FloatLanes.pair(Float.floatToIntBits(FloatLanes.low(x)), Float.floatToIntBits(FloatLanes.high(x)));
        }
    }

    record Canonical64() implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return Double.doubleToLongBits(Double.longBitsToDouble(x));
        }
    }

    record Compare32(int relation) implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return FloatLanes.compare32(relation, x, y);
        }
    }

    record Compare64(int relation) implements HalfOp {
        @Override
        public long apply(long x, long y) {
            return FloatLanes.compare64(relation, x, y);
        }
    }
}
