package dev.thimble.wasm.execute.simd;

/**
 * Integer lanes of 8, 16, 32 or 64 bits in one long, which is half of a v128.
 *
 * <p>The opcode table has a block of 32 codes per lane width with the same operation at the same place, so one
 * implementation serves all four. Most operations work on all lanes of the long at once ("SIMD within a register"):
 * {@code signs} is the highest bit of every lane, and a carry never crosses a lane because the sums leave that bit out.
 */
final class IntLanes {
    static final int ABS = 0x00, NEG = 0x01, POPCNT = 0x02, Q15MULR_SAT_S = 0x02, ALL_TRUE = 0x03, BITMASK = 0x04;
    static final int NARROW_S = 0x05, NARROW_U = 0x06, EXTEND_LOW_S = 0x07, EXTEND_HIGH_U = 0x0A;
    static final int SHL = 0x0B, SHR_S = 0x0C, SHR_U = 0x0D;
    static final int ADD = 0x0E, ADD_SAT_S = 0x0F, ADD_SAT_U = 0x10, SUB = 0x11, SUB_SAT_S = 0x12, SUB_SAT_U = 0x13;
    static final int MUL = 0x15, MIN_S = 0x16, MIN_U = 0x17, MAX_S = 0x18, MAX_U = 0x19;
    static final int DOT_S = 0x1A, AVGR_U = 0x1B, EXTMUL_LOW_S = 0x1C;

    static final int EQ = 0, NE = 1, LT_S = 2, LT_U = 3, GT_S = 4, GT_U = 5, LE_S = 6, LE_U = 7, GE_S = 8, GE_U = 9;

    private IntLanes() {}

    /** The highest bit of every lane. */
    static long signs(int width) {
        return switch (width) {
            case 8 -> 0x8080_8080_8080_8080L;
            case 16 -> 0x8000_8000_8000_8000L;
            case 32 -> 0x8000_0000_8000_0000L;
            default -> Long.MIN_VALUE;
        };
    }

    static long unary(int row, int width, long x) {
        return switch (row) {
            case ABS -> {
                long negative = fill(x & signs(width), width);
                yield sub(x ^ negative, negative, signs(width));
            }
            case NEG -> sub(0, x, signs(width));
            default -> popcount(x);
        };
    }

    static long binary(int row, int width, long x, long y) {
        long signs = signs(width);
        return switch (row) {
            case ADD -> add(x, y, signs);
            case ADD_SAT_S -> addSaturating(x, y, width);
            case ADD_SAT_U -> {
                long sum = add(x, y, signs);
                yield sum | fill((x & y | (x | y) & ~sum) & signs, width);
            }
            case SUB -> sub(x, y, signs);
            case SUB_SAT_S -> subSaturating(x, y, width);
            case SUB_SAT_U -> sub(x, y, signs) & ~below(x, y, width);
            case MUL -> mul(x, y, width);
            case MIN_S -> select(below(x ^ signs, y ^ signs, width), x, y);
            case MIN_U -> select(below(x, y, width), x, y);
            case MAX_S -> select(below(x ^ signs, y ^ signs, width), y, x);
            case MAX_U -> select(below(x, y, width), y, x);
            case AVGR_U -> (x | y) - ((x ^ y) >>> 1 & ~signs);
            case DOT_S -> dot(x, y, width / 2);
            default -> q15Multiply(x, y);
        };
    }

    /** All ones in the lanes where the relation holds. */
    static long compare(int relation, int width, long x, long y) {
        long signs = signs(width);
        return switch (relation) {
            case EQ -> ~differ(x, y, width);
            case NE -> differ(x, y, width);
            case LT_S -> below(x ^ signs, y ^ signs, width);
            case LT_U -> below(x, y, width);
            case GT_S -> below(y ^ signs, x ^ signs, width);
            case GT_U -> below(y, x, width);
            case LE_S -> ~below(y ^ signs, x ^ signs, width);
            case LE_U -> ~below(y, x, width);
            case GE_S -> ~below(x ^ signs, y ^ signs, width);
            default -> ~below(x, y, width);
        };
    }

    static long shift(int row, int width, long x, int count) {
        int k = count & width - 1;
        return row == SHL ? shl(x, k, width) : row == SHR_S ? shrS(x, k, width) : shrU(x, k, width);
    }

    static long shl(long x, int k, int width) {
        return x << k & ~(ones(width) * ((1L << k) - 1));
    }

    static long shrU(long x, int k, int width) {
        return x >>> k & ones(width) * (-1L >>> 64 - width >>> k);
    }

    static long shrS(long x, int k, int width) {
        long kept = ones(width) * (-1L >>> 64 - width >>> k);
        return x >>> k & kept | fill(x & signs(width), width) & ~kept;
    }

    /** The lanes of two longs, in order, each saturated to half its width. */
    static long narrow(boolean signed, int width, long low, long high) {
        return narrow(signed, width, low) | narrow(signed, width, high) << 32;
    }

    private static long narrow(boolean signed, int width, long x) {
        int to = width / 2;
        long most = signed ? (1L << to - 1) - 1 : (1L << to) - 1;
        long least = signed ? ~most & -1L >>> 64 - width : 0;
        long clamped = binary(MIN_S, width, binary(MAX_S, width, x, ones(width) * least), ones(width) * most);
        return compress(width, clamped);
    }

    /** The low halves of the lanes side by side in 32 bits: undoes {@link #spread}. */
    private static long compress(int width, long x) {
        long halves = x;
        if (width == 16) {
            long bytes = x & 0x00FF_00FF_00FF_00FFL;
            halves = bytes | bytes >>> 8;
        }
        halves &= 0x0000_FFFF_0000_FFFFL;
        return (halves | halves >>> 16) & 0xFFFF_FFFFL;
    }

    /** The lanes of 32 bits, each extended to {@code width}, which is twice its own. */
    static long widen(boolean signed, int width, int x) {
        long lanes = spread(width, x & 0xFFFF_FFFFL);
        return signed ? shrS(shl(lanes, width / 2, width), width / 2, width) : lanes;
    }

    /** The lanes of 32 bits, each in the low half of a lane of {@code width}. */
    static long spread(int width, long x) {
        if (width == 64) {
            return x;
        }
        long halves = (x | x << 16) & 0x0000_FFFF_0000_FFFFL;
        return width == 32 ? halves : (halves | halves << 8) & 0x00FF_00FF_00FF_00FFL;
    }

    /** Sums of neighbouring lanes, in lanes of {@code width}, which is twice the width of the operands' lanes. */
    static long pairwise(boolean signed, int width, long x) {
        int from = width / 2;
        long even = shl(x, from, width);
        return signed
                ? add(shrS(even, from, width), shrS(x, from, width), signs(width))
                : add(shrU(even, from, width), shrU(x, from, width), signs(width));
    }

    /** Sums of products of neighbouring signed lanes, in lanes twice as wide; the sum wraps. */
    static long dot(long x, long y, int from) {
        int width = 2 * from;
        long even = mul(shrS(shl(x, from, width), from, width), shrS(shl(y, from, width), from, width), width);
        return add(even, mul(shrS(x, from, width), shrS(y, from, width), width), signs(width));
    }

    static int bitmask(int width, long x) {
        int mask = 0;
        for (int i = width - 1, bit = 0; i < 64; i += width, bit++) {
            mask |= (int) (x >>> i & 1) << bit;
        }
        return mask;
    }

    static boolean allTrue(int width, long x) {
        return differ(x, 0, width) == -1;
    }

    static long mul(long x, long y, int width) {
        return switch (width) {
            case 64 -> x * y;
            case 32 -> mul32(x, y);
            default -> mul16(x, y);
        };
    }

    static long mul32(long x, long y) {
        return x * y & 0xFFFF_FFFFL | (x >>> 32) * (y >>> 32) << 32;
    }

    static long mul16(long x, long y) {
        return x * y & 0xFFFFL | ((x >>> 16) * (y >>> 16) & 0xFFFFL) << 16
                | ((x >>> 32) * (y >>> 32) & 0xFFFFL) << 32 | (x >>> 48) * (y >>> 48) << 48;
    }

    static long add(long x, long y, long signs) {
        return (x & ~signs) + (y & ~signs) ^ (x ^ y) & signs;
    }

    static long sub(long x, long y, long signs) {
        return (x | signs) - (y & ~signs) ^ (x ^ ~y) & signs;
    }

    private static long addSaturating(long x, long y, int width) {
        long sum = add(x, y, signs(width));
        return select(fill(~(x ^ y) & (x ^ sum) & signs(width), width), limit(x, width), sum);
    }

    private static long subSaturating(long x, long y, int width) {
        long difference = sub(x, y, signs(width));
        return select(fill((x ^ y) & (x ^ difference) & signs(width), width), limit(x, width), difference);
    }

    /** The greatest signed value, or the least where the lane of x is negative. */
    private static long limit(long x, int width) {
        return fill(x & signs(width), width) ^ ~signs(width);
    }

    /** All ones in the lanes where x is less than y, both unsigned: the borrow of x - y. */
    private static long below(long x, long y, int width) {
        return fill((~x & y | ~(x ^ y) & sub(x, y, signs(width))) & signs(width), width);
    }

    private static long differ(long x, long y, int width) {
        long z = x ^ y, low = ~signs(width);
        return fill(((z & low) + low | z) & ~low, width);
    }

    /** Spreads the highest bit of every lane over its lane; all other bits must be zero. */
    private static long fill(long bits, int width) {
        return (bits << 1) - (bits >>> width - 1);
    }

    private static long ones(int width) {
        return signs(width) >>> width - 1;
    }

    private static long select(long mask, long x, long y) {
        return x & mask | y & ~mask;
    }

    private static long popcount(long x) {
        x -= x >>> 1 & 0x5555_5555_5555_5555L;
        x = (x & 0x3333_3333_3333_3333L) + (x >>> 2 & 0x3333_3333_3333_3333L);
        return x + (x >>> 4) & 0x0F0F_0F0F_0F0F_0F0FL;
    }

    private static long q15Multiply(long x, long y) {
        long result = 0;
        for (int i = 0; i < 64; i += 16) {
            int product = (short) (x >>> i) * (short) (y >>> i) + 0x4000 >> 15;
            result |= (Math.min(product, Short.MAX_VALUE) & 0xFFFFL) << i;
        }
        return result;
    }
}
