package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Bytes;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Stmt;

/** v128.load from memory 0, the fast way. */
public record V128Load(Node address, int offset, int d) implements Stmt {
    @Override
    public int exec(Frame f) {
        int at = address.execI(f);
        low(f, at);
        high(f, at);
        return NEXT;
    }

    private void low(Frame f, int at) {
        f.slots[d] = Bytes.i64(f, at, offset);
    }

    /** The low half's access has failed where the sum of the offsets overflows. */
    private void high(Frame f, int at) {
        f.slots[d + 1] = Bytes.i64(f, at, offset + 8);
    }
}
