package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Trap;
import java.util.Arrays;

/** Statements of control, except lists of statements ({@link Anchor}, {@link ColdList}). */
@SuppressWarnings("auxiliaryclass") // generated nodes share one file
public final class Control {
    /** Does nothing. */
    public static final Stmt NOP = new Nop();

    private Control() {
    }

    record Nop() implements Stmt {
        @Override
        public int exec(Frame f) {
            return NEXT;
        }
    }

    public record Unreachable(int at) implements Stmt {
        @Override
        public int exec(Frame f) {
            throw new Trap(Trap.Kind.UNREACHABLE, at);
        }
    }

    /** Takes fuel for what follows, and is the first of it itself: a list that is one longer may fall to pieces. */
    public record Pay(int units, Stmt first) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.pay(units);
            return first.exec(f);
        }
    }

    /** Branches to the label {@code depth} lists further out. */
    public record Br(int depth) implements Stmt {
        @Override
        public int exec(Frame f) {
            return depth;
        }
    }

    /** A conditional branch. */
    public static Stmt branchIf(Node condition, int depth) {
        return condition instanceof Not not ? not.a instanceof Not twice ? branchIf(twice.a, depth) : new BrUnless(not.a, depth)
                : new BrIf(condition, depth);
    }

    private record BrIf(Node condition, int depth) implements Stmt {
        @Override
        public int exec(Frame f) {
            return condition.test(f) ? depth : NEXT;
        }
    }

    /** Branches when the condition does not hold. */
    private record BrUnless(Node condition, int depth) implements Stmt {
        @Override
        public int exec(Frame f) {
            return condition.test(f) ? NEXT : depth;
        }
    }

    /**
     * A branch by number; the last depth is for every number beyond.
     *
     * @param pays fuel for the way on by each of them, or null
     */
    public static BrTable branchTable(Node index, int[] depths, int[] pays) {
        int last = depths.length - 1;
        int same = 0;
        while (same < last && depths[same] == same) {
            same++;
        }
        return new BrTable(index, last, same == last ? null : Arrays.copyOf(depths, last), depths[last], pays);
    }

    /** A branch to the label of the number itself, or by a table; {@code otherwise} is for numbers from {@code count} on. */
    public record BrTable(Node index, int count, int[] depths, int otherwise, int[] pays) implements Stmt {
        @Override
        public int exec(Frame f) {
            int i = index.execI(f);
            if (i >= 0 && i < count) {
                if (pays != null) {
                    f.pay(pays[i]);
                }
                return depths == null ? i : depths[i];
            }
            if (pays != null) {
                f.pay(pays[count]);
            }
            return otherwise;
        }
    }

    /**
     * {@code if} as the structured block that it is: branches to its own label end here.
     *
     * @param pay fuel that {@code then} takes more; less than 0 if {@code otherwise} does
     */
    public static Stmt branch(Node condition, Stmt then, Stmt otherwise, int pay, int nesting) {
        if (condition instanceof Not not) {
            return branch(not.a, otherwise, then, -pay, nesting);
        }
        switch (nesting & 3) {
            case 0: return new If0(condition, then, otherwise, pay);
            case 1: return new If1(condition, then, otherwise, pay);
            case 2: return new If2(condition, then, otherwise, pay);
            default: return new If3(condition, then, otherwise, pay);
        }
    }

    /** Both arms of an {@code if}; null for another statement. */
    public static Stmt[] arms(Stmt s) {
        if (s instanceof If0 i) {
            return new Stmt[] {i.then, i.otherwise};
        } else if (s instanceof If1 i) {
            return new Stmt[] {i.then, i.otherwise};
        } else if (s instanceof If2 i) {
            return new Stmt[] {i.then, i.otherwise};
        }
        return s instanceof If3 i ? new Stmt[] {i.then, i.otherwise} : null;
    }

    // HotSpot inlines one method at most twice into a chain of calls, so each level of nesting has its own.

    private record If0(Node condition, Stmt then, Stmt otherwise, int pay) implements Stmt {
        @Override
        public int exec(Frame f) {
            int r;
            if (condition.test(f)) {
                f.pay(pay);
                r = then.exec(f);
            } else {
                f.pay(-pay);
                r = otherwise.exec(f);
            }
            return r >= 0 ? r - 1 : r;
        }
    }

    private record If1(Node condition, Stmt then, Stmt otherwise, int pay) implements Stmt {
        @Override
        public int exec(Frame f) {
            int r;
            if (condition.test(f)) {
                f.pay(pay);
                r = then.exec(f);
            } else {
                f.pay(-pay);
                r = otherwise.exec(f);
            }
            return r >= 0 ? r - 1 : r;
        }
    }

    private record If2(Node condition, Stmt then, Stmt otherwise, int pay) implements Stmt {
        @Override
        public int exec(Frame f) {
            int r;
            if (condition.test(f)) {
                f.pay(pay);
                r = then.exec(f);
            } else {
                f.pay(-pay);
                r = otherwise.exec(f);
            }
            return r >= 0 ? r - 1 : r;
        }
    }

    private record If3(Node condition, Stmt then, Stmt otherwise, int pay) implements Stmt {
        @Override
        public int exec(Frame f) {
            int r;
            if (condition.test(f)) {
                f.pay(pay);
                r = then.exec(f);
            } else {
                f.pay(-pay);
                r = otherwise.exec(f);
            }
            return r >= 0 ? r - 1 : r;
        }
    }

    /**
     * A {@code br_table} and the blocks around it: {@code block … block br_table end arm₀ end arm₁ … end}, as a switch.
     * Labels are counted from where {@code select} stands: label k is the end of block k, where arm k begins; the
     * last block has no arm. An arm that falls through or branches goes on with another, and beyond the last block
     * a branch leaves.
     *
     * @param select gives the label by its result code, and never falls through
     */
    public record Cases(Stmt select, Stmt[] arms) implements Stmt {
        @Override
        public int exec(Frame f) {
            int k = select.exec(f);
            if (k < NEXT) {
                return k;
            }
            while (k < arms.length) {
                int r = arms[k].exec(f);
                if (r < NEXT) {
                    return r;
                }
                k += 1 + Math.max(r, 0);
            }
            return k - arms.length - 1;
        }
    }

    /** {@code i32.eqz}. */
    public record Not(Node a) implements Node.OfBoolean {
        @Override
        public boolean test(Frame f) {
            return !a.test(f);
        }
    }

    /** Runs one of several statements, whose number is the table's result code. */
    public record Switch(BrTable select, Stmt[] arms) implements Stmt {
        @Override
        public int exec(Frame f) {
            return arms[select.exec(f)].exec(f);
        }
    }

    /** {@code select} of all types but v128. Each fits into 35 bytes: HotSpot inlines that much where a call was rare elsewhere, too. */
    public record Select(Node a, Node b, Node condition) implements Node {
        @Override
        public int execI(Frame f) {
            return choose(a.execI(f), b.execI(f), condition.test(f));
        }

        @Override
        public long execL(Frame f) {
            return choose(a.execL(f), b.execL(f), condition.test(f));
        }

        @Override
        public float execF(Frame f) {
            return choose(a.execF(f), b.execF(f), condition.test(f));
        }

        @Override
        public double execD(Frame f) {
            return choose(a.execD(f), b.execD(f), condition.test(f));
        }

        @Override
        public Object execA(Frame f) {
            return choose(a.execA(f), b.execA(f), condition.test(f));
        }

        @Override
        public long bits(Frame f) {
            return choose(a.bits(f), b.bits(f), condition.test(f));
        }

        private static int choose(int x, int y, boolean first) {
            return first ? x : y;
        }

        private static long choose(long x, long y, boolean first) {
            return first ? x : y;
        }

        private static float choose(float x, float y, boolean first) {
            return first ? x : y;
        }

        private static double choose(double x, double y, boolean first) {
            return first ? x : y;
        }

        private static Object choose(Object x, Object y, boolean first) {
            return first ? x : y;
        }
    }
}
