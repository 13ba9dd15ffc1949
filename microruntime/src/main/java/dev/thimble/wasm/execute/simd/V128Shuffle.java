package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;

/** i8x16.shuffle or v128.const; the result goes to slot d. */
public record V128Shuffle(int d, Gather low, Gather high) implements Stmt {
    /**
     * Shuffles the vectors in slots a and b.
     *
     * @param indicesLow the first eight lane indices, one a byte
     * @param indicesHigh the others
     */
    public V128Shuffle(int d, int a, int b, long indicesLow, long indicesHigh) {
        this(d, Gather.of(a, b, indicesLow), Gather.of(a, b, indicesHigh));
    }

    /** A constant. */
    public V128Shuffle(int d, long low, long high) {
        this(d, new Gather.Constant(low), new Gather.Constant(high));
    }

    @Override
    public int exec(Frame f) {
        run(f.slots);
        return NEXT;
    }

    void run(long[] s) {
        V128.set(s, d, low.pick(s), high.pick(s));
    }
}
