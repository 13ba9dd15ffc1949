package dev.thimble.wasm.structure;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HeapType;
import dev.thimble.wasm.api.RefType;
import dev.thimble.wasm.api.StructType;
import dev.thimble.wasm.api.ValueType;

/** Subtyping of canonical types, of one module or of several (spec 3.0, "Matching"). */
public final class Matching {
    private Matching() {
    }

    /** Whether a value of type {@code sub} may stand where {@code sup} is expected. */
    public static boolean valueTypes(ValueType sub, ValueType sup) {
        return sub.equals(sup) || sub instanceof RefType from && sup instanceof RefType to
                && (to.nullable() || !from.nullable()) && heapTypes(from.heap(), to.heap());
    }

    /** Whether everything that {@code sub} describes, {@code sup} describes too. */
    public static boolean heapTypes(HeapType sub, HeapType sup) {
        if (sup instanceof DefinedType target) {
            return sub instanceof DefinedType type ? type.isSubtypeOf(target)
                    : sub == (target.composite() instanceof FunctionType ? AbstractHeapType.NOFUNC : AbstractHeapType.NONE);
        }
        AbstractHeapType general = (AbstractHeapType) sup;
        return matches(sub instanceof DefinedType type ? kind(type) : (AbstractHeapType) sub, general);
    }

    private static AbstractHeapType kind(DefinedType type) {
        return type.composite() instanceof FunctionType ? AbstractHeapType.FUNC
                : type.composite() instanceof StructType ? AbstractHeapType.STRUCT : AbstractHeapType.ARRAY;
    }

    private static boolean matches(AbstractHeapType sub, AbstractHeapType sup) {
        return sub == sup || switch (sub) {
            case NONE -> sup == AbstractHeapType.ANY || sup == AbstractHeapType.EQ || sup == AbstractHeapType.I31
                    || sup == AbstractHeapType.STRUCT || sup == AbstractHeapType.ARRAY;
            case I31, STRUCT, ARRAY -> sup == AbstractHeapType.EQ || sup == AbstractHeapType.ANY;
            case EQ -> sup == AbstractHeapType.ANY;
            case NOFUNC -> sup == AbstractHeapType.FUNC;
            case NOEXTERN -> sup == AbstractHeapType.EXTERN;
            case NOEXN -> sup == AbstractHeapType.EXN;
            case FUNC, EXTERN, ANY, EXN -> false;
        };
    }
}
