package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Bytes;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Stmt;

/** v128.store to memory 0, the fast way. */
public record V128Store(Node address, int offset, int a) implements Stmt {
    @Override
    public int exec(Frame f) {
        int at = address.execI(f);
        // Nothing may be written when the end lies outside, nor the end when the beginning does.
        Bytes.i64(f, at, offset);
        high(f, at);
        low(f, at);
        return NEXT;
    }

    private void low(Frame f, int at) {
        Bytes.put64(f, at, offset, f.slots[a]);
    }

    private void high(Frame f, int at) {
        Bytes.put64(f, at, offset + 8, f.slots[a + 1]);
    }
}
