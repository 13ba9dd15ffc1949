package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Stmt;

/**
 * A scalar in every lane, in slot d.
 *
 * @param mask of one lane
 * @param ones the lowest bit of every lane
 */
public record V128Splat(long mask, long ones, int d, Node scalar) implements Stmt {
    /** @param code of a splat instruction, after the prefix 0xFD */
    public static V128Splat of(int code, int d, Node scalar) {
        int width = code < 0x13 ? 8 << code - 0x0F : 32 << code - 0x13;
        return new V128Splat(-1L >>> 64 - width, IntLanes.signs(width) >>> width - 1, d, scalar);
    }

    @Override
    public int exec(Frame f) {
        run(f.slots, scalar.bits(f));
        return NEXT;
    }

    void run(long[] s, long value) {
        long half = (value & mask) * ones;
        s[d] = half;
        s[d + 1] = half;
    }
}
