package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Trap;

/** A function that has not proved hot. */
public final class ColdFunction extends FunctionBody {
    /** Here, since an enum that is initialised where the stack ends would be unusable for ever. */
    private static final Trap.Kind EXHAUSTED = Trap.Kind.CALL_STACK_EXHAUSTED;

    final Entry entry;
    final Stmt list;

    public ColdFunction(Entry entry, Stmt list) {
        this.entry = entry;
        this.list = list;
    }

    @Override
    int run(Frame f) {
        if (entry.cost() != 0 && f.meter.take(entry.cost())) {
            return entry.again(f, this);
        }
        entry.prepare(f);
        try {
            return list.exec(f);
        } catch (StackOverflowError | OutOfMemoryError e) {
            // From here on it is a trap like any other, with a place; if even this finds no room, the caller does.
            throw exhausted(e);
        }
    }

    /** The trap for the end of the stack, or of the heap. */
    static Trap exhausted(Throwable e) {
        return new Trap(e instanceof StackOverflowError ? EXHAUSTED : Trap.Kind.OUT_OF_MEMORY, Trap.UNKNOWN);
    }
}
