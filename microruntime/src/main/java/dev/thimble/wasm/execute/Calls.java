package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.Trap;

/**
 * Calls. All arguments are evaluated before the first is written, since they may read the last call's results, which
 * live in the same slots. The target is a statement that runs in the callee's frame.
 */
public final class Calls {
    /** The largest number of arguments that one node writes; more are written by {@link Slots.Argument}. */
    public static final int MAX_ARGUMENTS = 4;

    /** A call: where a run may be suspended. */
    interface Site {
    }

    private Calls() {
    }

    public static boolean isCall(Stmt statement) {
        return statement instanceof Site;
    }

    /** A call with up to {@link #MAX_ARGUMENTS} arguments, none of them references or vectors. */
    public static Stmt call(Stmt target, Node[] arguments) {
        switch (arguments.length) {
            case 0: return new Call0(target);
            case 1: return new Call1(target, arguments[0]);
            case 2: return new Call2(target, arguments[0], arguments[1]);
            case 3: return new Call3(target, arguments[0], arguments[1], arguments[2]);
            case 4: return new Call4(target, arguments[0], arguments[1], arguments[2], arguments[3]);
            default: throw new IllegalArgumentException();
        }
    }

    private record Call0(Stmt target) implements Stmt, Site {
        @Override
        public int exec(Frame f) {
            target.exec(f.callee());
            return NEXT;
        }
    }

    private record Call1(Stmt target, Node a) implements Stmt, Site {
        @Override
        public int exec(Frame f) {
            target.exec(f.callee(a.bits(f)));
            return NEXT;
        }
    }

    private record Call2(Stmt target, Node a, Node b) implements Stmt, Site {
        @Override
        public int exec(Frame f) {
            target.exec(f.callee(a.bits(f), b.bits(f)));
            return NEXT;
        }
    }

    private record Call3(Stmt target, Node a, Node b, Node c) implements Stmt, Site {
        @Override
        public int exec(Frame f) {
            target.exec(f.callee(a.bits(f), b.bits(f), c.bits(f)));
            return NEXT;
        }
    }

    private record Call4(Stmt target, Node a, Node b, Node c, Node d) implements Stmt, Site {
        @Override
        public int exec(Frame f) {
            target.exec(f.callee(a.bits(f), b.bits(f), c.bits(f), d.bits(f)));
            return NEXT;
        }
    }

    /** An imported function. */
    public record Import(int index) implements Stmt {
        @Override
        public int exec(Frame f) {
            return Invocation.foreign(f, f.instance.functions[index]);
        }
    }

    /** A function in a table; its index is in a slot of the caller. */
    public record Indirect(int table, int slot, DefinedType type) implements Stmt {
        @Override
        public int exec(Frame f) {
            return Invocation.any(f, element(f, f.caller().slots[slot], table, type));
        }
    }

    static FunctionInstance element(Frame f, long index, int table, DefinedType type) {
        var t = f.instance.tables[table];
        Object[] elements = t.array();
        long i = t.type().table64() ? index : index & 0xFFFF_FFFFL;
        if (i < 0 || i >= elements.length) {
            throw new Trap(Trap.Kind.UNDEFINED_ELEMENT, Trap.UNKNOWN);
        }
        var function = (FunctionInstance) elements[(int) i];
        if (function == null) {
            throw new Trap(Trap.Kind.UNINITIALIZED_ELEMENT, Trap.UNKNOWN);
        }
        if (function.definedType != type && !function.definedType.isSubtypeOf(type)) {
            throw new Trap(Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH, Trap.UNKNOWN);
        }
        return function;
    }

    /** A function by reference, which is in a slot of the caller. */
    public record Reference(int slot) implements Stmt {
        @Override
        public int exec(Frame f) {
            var function = (FunctionInstance) f.caller().references[slot];
            if (function == null) {
                throw new Trap(Trap.Kind.NULL_FUNCTION_REFERENCE, Trap.UNKNOWN);
            }
            return Invocation.any(f, function);
        }
    }
}
