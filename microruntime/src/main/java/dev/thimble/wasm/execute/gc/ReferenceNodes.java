package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.HeapType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Node;

/** Expressions that compare, test, cast and unbox references (spec 3.0, "Reference Instructions"). */
public final class ReferenceNodes {
    private ReferenceNodes() {}

    /** ref.eq. */
    public record Same(Node a, Node b) implements Node.OfBoolean {
        @Override
        public boolean test(Frame f) {
            return Casts.same(a.execA(f), b.execA(f));
        }
    }

    /** ref.test. */
    public record Test(Node a, boolean nullable, HeapType type) implements Node.OfBoolean {
        @Override
        public boolean test(Frame f) {
            return Casts.matches(a.execA(f), nullable, type);
        }
    }

    /** ref.cast. */
    public record Cast(Node a, boolean nullable, HeapType type) implements Node.OfReference {
        @Override
        public Object execA(Frame f) {
            Object reference = a.execA(f);
            if (!Casts.matches(reference, nullable, type)) {
                throw new Trap(Trap.Kind.CAST_FAILURE, Trap.UNKNOWN);
            }
            return reference;
        }
    }

    /** ref.i31. */
    public record Box(Node a) implements Node.OfReference {
        @Override
        public Object execA(Frame f) {
            return I31.of(a.execI(f));
        }
    }

    /** i31.get_s and i31.get_u. */
    public record Unbox(Node a, boolean signed) implements Node.OfI32 {
        @Override
        public int execI(Frame f) {
            I31 reference = (I31) a.execA(f);
            if (reference == null) {
                throw new Trap(Trap.Kind.NULL_I31_REFERENCE, Trap.UNKNOWN);
            }
            return signed ? reference.value() : reference.unsigned();
        }
    }
}
