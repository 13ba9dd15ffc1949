package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;

/** Any operation of {@link V128#run}, with its operands in slots. */
public record V128Statement(int code, int d, int a, int b, int c) implements Stmt {
    @Override
    public int exec(Frame f) {
        V128.run(code, f.slots, d, a, b, c);
        return NEXT;
    }
}
