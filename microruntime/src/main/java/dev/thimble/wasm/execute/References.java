package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Trap;

/** References of any kind (spec 3.0, "Reference Instructions"). */
public final class References {
    private References() {
    }

    public record Null() implements Node.OfReference {
        @Override
        public Object execA(Frame f) {
            return null;
        }
    }

    public record Function(int index) implements Node.OfReference {
        @Override
        public Object execA(Frame f) {
            return f.instance.functions[index];
        }
    }

    public record IsNull(Node a) implements Node.OfBoolean {
        @Override
        public boolean test(Frame f) {
            return a.execA(f) == null;
        }
    }

    public record AsNonNull(Node a) implements Node.OfReference {
        @Override
        public Object execA(Frame f) {
            Object reference = a.execA(f);
            if (reference == null) {
                throw new Trap(Trap.Kind.NULL_REFERENCE, Trap.UNKNOWN);
            }
            return reference;
        }
    }
}
