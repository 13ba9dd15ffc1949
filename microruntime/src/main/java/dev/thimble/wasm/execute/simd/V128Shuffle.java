package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;

/** i8x16.shuffle of the vectors in slots a and b, with its lane indices packed as a v128. */
public record V128Shuffle(int d, int a, int b, long low, long high) implements Stmt {
    @Override
    public int exec(Frame f) {
        V128.shuffle(f.slots, d, a, b, low, high);
        return NEXT;
    }
}
