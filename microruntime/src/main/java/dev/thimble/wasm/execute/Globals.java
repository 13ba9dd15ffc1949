package dev.thimble.wasm.execute;

/** Reading and writing globals, which are the instance's and not the code's. */
public final class Globals {
    private Globals() {
    }

    /** {@code global.get} of all types but v128. */
    public record Get(int index) implements Node {
        @Override
        public int execI(Frame f) {
            return (int) bits(f);
        }

        @Override
        public long execL(Frame f) {
            return bits(f);
        }

        @Override
        public float execF(Frame f) {
            return Float.intBitsToFloat((int) bits(f));
        }

        @Override
        public double execD(Frame f) {
            return Double.longBitsToDouble(bits(f));
        }

        @Override
        public Object execA(Frame f) {
            return f.instance.globals[index].reference();
        }

        @Override
        public long bits(Frame f) {
            return f.instance.globals[index].bits();
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
