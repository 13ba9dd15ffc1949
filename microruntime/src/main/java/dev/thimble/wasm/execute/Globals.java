package dev.thimble.wasm.execute;

/** Reading and writing globals, which are the instance's and not the code's. */
public final class Globals {
    private Globals() {
    }

    /** {@code global.get}; {@code type} is a code of {@code Opcodes}, negative for references. Not for v128. */
    public static Node get(int type, int index) {
        switch (type) {
            case 1: return new GetI(index);
            case 2: return new GetL(index);
            case 3: return new GetF(index);
            case 4: return new GetD(index);
            default: return new GetA(index);
        }
    }

    private record GetI(int index) implements Node.OfI32 {
        @Override
        public int execI(Frame f) {
            return (int) f.instance.globals[index].bits();
        }
    }

    private record GetL(int index) implements Node.OfI64 {
        @Override
        public long execL(Frame f) {
            return f.instance.globals[index].bits();
        }
    }

    private record GetF(int index) implements Node.OfF32 {
        @Override
        public float execF(Frame f) {
            return Float.intBitsToFloat((int) f.instance.globals[index].bits());
        }
    }

    private record GetD(int index) implements Node.OfF64 {
        @Override
        public double execD(Frame f) {
            return Double.longBitsToDouble(f.instance.globals[index].bits());
        }
    }

    private record GetA(int index) implements Node.OfReference {
        @Override
        public Object execA(Frame f) {
            return f.instance.globals[index].reference();
        }
    }

    /** {@code global.get} of a v128 into two slots. */
    public record GetVector(int index, int slot) implements Stmt {
        @Override
        public int exec(Frame f) {
            var global = f.instance.globals[index];
            f.slots[slot] = global.bits();
            f.slots[slot + 1] = global.high();
            return NEXT;
        }
    }

    public record Set(int index, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.instance.globals[index].bits(value.bits(f));
            return NEXT;
        }
    }

    public record SetReference(int index, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.instance.globals[index].reference(value.execA(f));
            return NEXT;
        }
    }

    /** {@code global.set} of a v128 from two slots. */
    public record SetVector(int index, int slot) implements Stmt {
        @Override
        public int exec(Frame f) {
            f.instance.globals[index].v128(f.slots[slot], f.slots[slot + 1]);
            return NEXT;
        }
    }
}
