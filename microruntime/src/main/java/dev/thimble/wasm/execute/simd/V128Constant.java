package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;

/** v128.const to slot d. */
public record V128Constant(int d, long low, long high) implements Stmt {
    @Override
    public int exec(Frame f) {
        f.slots[d] = low;
        f.slots[d + 1] = high;
        return NEXT;
    }
}
