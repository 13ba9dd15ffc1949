package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.Trap;

/**
 * Calls that end the caller (spec 3.0, "return_call"). The arguments are in the caller's first slots already; the call
 * only names the callee in the frame and unwinds with {@link #TAIL}. A function that contains one is wrapped in
 * {@link Loop}, which runs callee after callee in the same frame, so that any number of them needs no more stack.
 */
public final class TailCalls {
    /** Result code: run the function that the frame names. */
    static final int TAIL = -3;

    private TailCalls() {
    }

    public record Direct(int index) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.tail = f.instance.functions[index];
            return TAIL;
        }
    }

    /** A function in a table; its index is in a slot. */
    public record Indirect(int table, int slot, DefinedType type) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.tail = Calls.element(f, f.slots[slot], table, type);
            return TAIL;
        }
    }

    /** A function by reference, which is in a slot. */
    public record Reference(int slot) implements Stmt {
        @Override
        public int exec(Frame f) {
            if (f.references[slot] == null) {
                throw new Trap(Trap.Kind.NULL_FUNCTION_REFERENCE, Trap.UNKNOWN);
            }
            f.tail = (FunctionInstance) f.references[slot];
            return TAIL;
        }
    }

    /** A function that contains tail calls. */
    public static final class Loop extends FunctionBody {
        final FunctionBody body;

        public Loop(FunctionBody body) {
            this.body = body;
        }

        @Override
        int run(Frame f) {
            int r = body.run(f);
            while (r == TAIL) {
                FunctionInstance callee = f.tail;
                f.tail = null;
                r = Invocation.tail(f, callee);
            }
            return r;
        }
    }
}
