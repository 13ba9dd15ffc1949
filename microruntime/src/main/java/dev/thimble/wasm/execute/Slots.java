package dev.thimble.wasm.execute;

import dev.thimble.wasm.opcode.Opcodes;

/** Statements that write slots of this frame or of the callee's, and expressions that read them; constants. */
public final class Slots {
    private Slots() {
    }

    /** Sets a local, or spills an operand; {@code type} is a code of {@link Opcodes}. */
    public static Stmt set(int type, int slot, Node value) {
        switch (type) {
            case Opcodes.I32: return new SetI(slot, value);
            case Opcodes.I64: return new SetL(slot, value);
            case Opcodes.F32: return new SetF(slot, value);
            case Opcodes.F64: return new SetD(slot, value);
            default: throw new IllegalArgumentException();
        }
    }

    /** Whether a statement only sets a slot to a number. */
    public static boolean isSet(Stmt s) {
        return s instanceof SetI || s instanceof SetL || s instanceof SetF || s instanceof SetD;
    }

    private record SetI(int slot, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.slots[slot] = value.execI(f);
            return NEXT;
        }
    }

    private record SetL(int slot, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.slots[slot] = value.execL(f);
            return NEXT;
        }
    }

    private record SetF(int slot, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.slots[slot] = Float.floatToRawIntBits(value.execF(f));
            return NEXT;
        }
    }

    private record SetD(int slot, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.slots[slot] = Double.doubleToRawLongBits(value.execD(f));
            return NEXT;
        }
    }

    /** Sets a reference. */
    public record SetReference(int slot, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.references[slot] = value.execA(f);
            return NEXT;
        }
    }

    /** Evaluates an expression only because it may trap. */
    public record Evaluate(Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            value.bits(f);
            return NEXT;
        }
    }

    /** Writes an argument of the call that follows. */
    public record Argument(int slot, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            Frame n = f.callee();
            n.ensureSlots(slot + 1);
            n.slots[slot] = value.bits(f);
            return NEXT;
        }
    }

    /** Writes a reference that is an argument of the call that follows. */
    public record ReferenceArgument(int slot, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            Frame n = f.callee();
            n.ensureReferences(slot + 1);
            n.references[slot] = value.execA(f);
            return NEXT;
        }
    }

    /** {@code select} of a v128. */
    public record SelectVector(int slot, int a, int b, Node condition) implements Stmt {
        @Override
        public int exec(Frame f) {
            int from = condition.test(f) ? a : b;
            long high = f.slots[from + 1];
            f.slots[slot] = f.slots[from];
            f.slots[slot + 1] = high;
            return NEXT;
        }
    }

    /** A local or spilled operand of this frame, of any type but v128. */
    public record Local(int slot) implements Node {
        @Override
        public int execI(Frame f) {
            return (int) f.slots[slot];
        }

        @Override
        public long execL(Frame f) {
            return f.slots[slot];
        }

        @Override
        public float execF(Frame f) {
            return Float.intBitsToFloat((int) f.slots[slot]);
        }

        @Override
        public double execD(Frame f) {
            return Double.longBitsToDouble(f.slots[slot]);
        }

        @Override
        public Object execA(Frame f) {
            return f.references[slot];
        }

        @Override
        public long bits(Frame f) {
            return f.slots[slot];
        }
    }

    /** A result of the last call, still in the callee's frame. */
    public record Result(int slot) implements Node {
        @Override
        public int execI(Frame f) {
            return (int) f.next.slots[slot];
        }

        @Override
        public long execL(Frame f) {
            return f.next.slots[slot];
        }

        @Override
        public float execF(Frame f) {
            return Float.intBitsToFloat((int) f.next.slots[slot]);
        }

        @Override
        public double execD(Frame f) {
            return Double.longBitsToDouble(f.next.slots[slot]);
        }

        @Override
        public Object execA(Frame f) {
            return f.next.references[slot];
        }

        @Override
        public long bits(Frame f) {
            return f.next.slots[slot];
        }
    }

    /** A number of any type, as a slot holds it. */
    public record Constant(long value) implements Node {
        @Override
        public int execI(Frame f) {
            return (int) value;
        }

        @Override
        public long execL(Frame f) {
            return value;
        }

        @Override
        public float execF(Frame f) {
            return Float.intBitsToFloat((int) value);
        }

        @Override
        public double execD(Frame f) {
            return Double.longBitsToDouble(value);
        }

        @Override
        public long bits(Frame f) {
            return value;
        }
    }
}
