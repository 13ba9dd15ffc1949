package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Stmt;

/** Shifts the lanes of the vector in slot a; the result goes to slot d. */
public record V128Shift(int row, int width, int d, int a, Node count) implements Stmt {
    @Override
    public int exec(Frame f) {
        int k = count.execI(f);
        low(f.slots, k);
        high(f.slots, k);
        return NEXT;
    }

    private void low(long[] s, int k) {
        s[d] = IntLanes.shift(row, width, s[a], k);
    }

    private void high(long[] s, int k) {
        s[d + 1] = IntLanes.shift(row, width, s[a + 1], k);
    }
}
