package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;

/** An operation on the vectors in slots a and b half by half; the result goes to slot d, which neither overlaps in part. */
public record V128Halves(HalfOp op, int d, int a, int b) implements Stmt {
    @Override
    public int exec(Frame f) {
        run(f.slots);
        return NEXT;
    }

    void run(long[] s) {
        low(s);
        high(s);
    }

    // C1 inlines only what needs few words of stack, and a long takes two.

    private void low(long[] s) {
        s[d] = lowResult(s);
    }

    private void high(long[] s) {
        s[d + 1] = highResult(s);
    }

    private long lowResult(long[] s) {
        return op.apply(s[a], at(s, b));
    }

    private long highResult(long[] s) {
        return op.apply(s[a + 1], at(s, b + 1));
    }

    private static long at(long[] s, int slot) {
        return s[slot];
    }
}
