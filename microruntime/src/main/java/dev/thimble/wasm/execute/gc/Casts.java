package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.HeapType;
import dev.thimble.wasm.execute.FunctionInstance;

/** Identity of references and the test behind every cast (spec 3.0, "Reference Values"). */
public final class Casts {
    private Casts() {}

    /** ref.eq. */
    public static boolean same(Object x, Object y) {
        return x == y || x instanceof I31 a && y instanceof I31 b && a.value() == b.value();
    }

    /** Whether a reference has the type; constant time, for the subtype relation is one array access. */
    public static boolean matches(Object reference, boolean nullable, HeapType type) {
        if (reference == null) {
            return nullable;
        }
        return type instanceof DefinedType defined ? matches(reference, defined) : matches(reference, (AbstractHeapType) type);
    }

    private static boolean matches(Object reference, DefinedType type) {
        if (reference instanceof HeapObject object) {
            return object.type().isSubtypeOf(type);
        }
        return reference instanceof FunctionInstance function && function.definedType != null
                && function.definedType.isSubtypeOf(type);
    }

    /** The validator has seen to it that reference and type are of one hierarchy. */
    private static boolean matches(Object reference, AbstractHeapType type) {
        return switch (type) {
            case ANY, FUNC, EXTERN, EXN -> true;
            case EQ -> reference instanceof HeapObject || reference instanceof I31;
            case I31 -> reference instanceof I31;
            case STRUCT -> reference instanceof StructInstance;
            case ARRAY -> reference instanceof ArrayInstance;
            case NONE, NOFUNC, NOEXTERN, NOEXN -> false;
        };
    }
}
