package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Stmt;

/** Shifts the lanes of the vector in slot a; the result goes to slot d. */
public record V128Shift(int row, int width, int d, int a, Node count) implements Stmt {
    /** Whether the code after the prefix 0xFD is a shift. */
    public static boolean is(int code) {
        int row = code & 0x1F;
        return code >= V128.FIRST_INT && code < V128.FIRST_FLOAT && row >= IntLanes.SHL && row <= IntLanes.SHR_U;
    }

    /** @param code of a shift, after the prefix 0xFD */
    public static V128Shift of(int code, int d, int a, Node count) {
        return new V128Shift(code & 0x1F, 1 << (code >> 5), d, a, count);
    }

    @Override
    public int exec(Frame f) {
        run(f.slots, count.execI(f));
        return NEXT;
    }

    void run(long[] s, int k) {
        low(s, k);
        high(s, k);
    }

    private void low(long[] s, int k) {
        s[d] = IntLanes.shift(row, width, s[a], k);
    }

    private void high(long[] s, int k) {
        s[d + 1] = IntLanes.shift(row, width, s[a + 1], k);
    }
}
