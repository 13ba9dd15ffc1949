package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;

/**
 * Makes a structure of the values in the row of slots from {@code base}, or of defaults; it goes to {@code base}.
 */
public record StructNew(StructLayout layout, boolean defaults, int base) implements Stmt {
    @Override
    public int exec(Frame f) {
        run(f.slots, f.references);
        return NEXT;
    }

    /** Runs it on any row of slots, as constant expressions need. */
    public void run(long[] s, Object[] r) {
        r[base] = defaults ? layout.allocate() : layout.allocate(s, r, base);
    }
}
