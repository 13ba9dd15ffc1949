package dev.thimble.wasm.execute.simd;

import java.util.ArrayList;
import java.util.List;

/**
 * One half of a constant, or of a shuffle's result: an "or" of rotated and masked slots, one term for all bytes that come from one slot
 * and move equally far. Records, as a balanced tree of distinct classes, so that HotSpot folds it.
 */
public interface Gather {
    long pick(long[] s);

    /** Half of a v128.const. */
    record Constant(long value) implements Gather {
        @Override
        public long pick(long[] s) {
            return value;
        }
    }

    /** The bytes of a slot under the mask, after it has been rotated left. */
    record Term(int slot, int rotation, long mask) implements Gather {
        @Override
        public long pick(long[] s) {
            return Long.rotateLeft(s[slot], rotation) & mask;
        }
    }

    record Two(Gather x, Gather y) implements Gather {
        @Override
        public long pick(long[] s) {
            return x.pick(s) | y.pick(s);
        }
    }

    record Four(Gather x, Gather y) implements Gather {
        @Override
        public long pick(long[] s) {
            return x.pick(s) | y.pick(s);
        }
    }

    record Eight(Gather x, Gather y) implements Gather {
        @Override
        public long pick(long[] s) {
            return x.pick(s) | y.pick(s);
        }
    }

    /**
     * Eight bytes of the vectors in slots a and b.
     *
     * @param indices one byte for each byte of the result, 0 to 31
     */
    static Gather of(int a, int b, long indices) {
        List<Gather> terms = new ArrayList<>();
        long rest = -1;
        while (rest != 0) {
            int first = Long.numberOfTrailingZeros(rest);
            int slot = slot(a, b, indices, first);
            int rotation = rotation(indices, first);
            long mask = 0;
            for (int to = first; to < 64; to += 8) {
                if (slot(a, b, indices, to) == slot && rotation(indices, to) == rotation) {
                    mask |= 0xFFL << to;
                }
            }
            terms.add(new Term(slot, rotation, mask));
            rest &= ~mask;
        }
        return tree(terms);
    }

    private static int slot(int a, int b, long indices, int to) {
        int index = (int) (indices >>> to) & 31;
        return (index < 16 ? a : b) + (index >> 3 & 1);
    }

    private static int rotation(long indices, int to) {
        return to - 8 * (int) (indices >>> to) & 63;
    }

    private static Gather tree(List<Gather> terms) {
        int n = terms.size();
        if (n == 1) {
            return terms.get(0);
        }
        Gather x = tree(terms.subList(0, n / 2)), y = tree(terms.subList(n / 2, n));
        return n == 2 ? new Two(x, y) : n <= 4 ? new Four(x, y) : new Eight(x, y);
    }
}
