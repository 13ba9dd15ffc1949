package dev.thimble.wasm.structure;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.opcode.Opcodes;

/**
 * Value types as ints, so that decoding and validation box nothing. Numbers and vectors have the codes of
 * {@link Opcodes#I32} to {@link Opcodes#V128}. References have the sign bit set, and beside it whether they are
 * nullable and either an abstract heap type's ordinal or the index of a type in the module. After
 * {@link TypeSpace} has canonicalised an index, equal types of one module have equal codes.
 */
public final class TypeCode {
    /** The type of an operand in unreachable code (spec 3.0, "Validation Algorithm"): a subtype of every value type. */
    public static final int BOTTOM = 0;
    public static final int I32 = Opcodes.I32, I64 = Opcodes.I64, F32 = Opcodes.F32, F64 = Opcodes.F64, V128 = Opcodes.V128;
    /** Packed storage, in fields only. */
    public static final int I8 = 6, I16 = 7;
    /** Added to the code of a field that can be set. */
    public static final int MUTABLE = 1 << 28;

    private static final int REFERENCE = 1 << 31;
    private static final int NULLABLE = 1 << 30;
    private static final int ABSTRACT = 1 << 29;
    private static final int HEAP = (1 << 24) - 1;
    private static final int BOTTOM_HEAP = 0xFF;
    private static final AbstractHeapType[] HEAPS = AbstractHeapType.values();

    /** {@code (ref bot)}: what is left of {@link #BOTTOM} once it is known to be a reference that is not null. */
    public static final int BOTTOM_REFERENCE = REFERENCE | ABSTRACT | BOTTOM_HEAP;
    public static final int FUNCREF = reference(true, AbstractHeapType.FUNC);
    public static final int EXTERNREF = reference(true, AbstractHeapType.EXTERN);
    public static final int ANYREF = reference(true, AbstractHeapType.ANY);
    public static final int EQREF = reference(true, AbstractHeapType.EQ);
    public static final int I31REF = reference(true, AbstractHeapType.I31);
    public static final int ARRAYREF = reference(true, AbstractHeapType.ARRAY);
    public static final int EXNREF = reference(true, AbstractHeapType.EXN);

    private TypeCode() {
    }

    /** A reference to an abstract heap type. */
    public static int reference(boolean nullable, AbstractHeapType heap) {
        return REFERENCE | (nullable ? NULLABLE : 0) | ABSTRACT | heap.ordinal();
    }

    /** A reference to a type of the module, by its index (0 to 2²⁴ − 1). */
    public static int reference(boolean nullable, int typeIndex) {
        return REFERENCE | (nullable ? NULLABLE : 0) | typeIndex;
    }

    public static boolean isReference(int code) {
        return code < 0;
    }

    public static boolean isNullable(int code) {
        return (code & NULLABLE) != 0;
    }

    /** Whether a reference names a type of the module, see {@link #typeIndex}. */
    public static boolean isConcrete(int code) {
        return code < 0 && (code & ABSTRACT) == 0;
    }

    /** The module's type that a concrete reference names. */
    public static int typeIndex(int code) {
        return code & HEAP;
    }

    /** The abstract heap type of a reference, or null for {@link #BOTTOM_REFERENCE}. */
    public static AbstractHeapType heap(int code) {
        int ordinal = code & HEAP;
        return ordinal == BOTTOM_HEAP ? null : HEAPS[ordinal];
    }

    public static int nonNull(int code) {
        return code & ~NULLABLE;
    }

    /** Whether a local of this type needs no assignment before it is read (spec 3.0, "Defaultable Types"). */
    public static boolean isDefaultable(int code) {
        return code >= 0 || isNullable(code);
    }

    public static boolean isMutable(int field) {
        return (field & MUTABLE) != 0;
    }

    /** The storage type of a field: {@link #I8}, {@link #I16} or a value type. */
    public static int storage(int field) {
        return field & ~MUTABLE;
    }

    public static boolean isPacked(int field) {
        int storage = storage(field);
        return storage == I8 || storage == I16;
    }

    /** The value type that reading a field gives. */
    public static int unpacked(int field) {
        return isPacked(field) ? I32 : storage(field);
    }

    /** Slots in a frame: two for v128, else one. */
    public static int slots(int code) {
        return code == V128 ? 2 : 1;
    }

    /** For messages. */
    public static String text(int code) {
        switch (code) {
            case BOTTOM: return "any type";
            case I32: return "i32";
            case I64: return "i64";
            case F32: return "f32";
            case F64: return "f64";
            case V128: return "v128";
            case I8: return "i8";
            case I16: return "i16";
            default: break;
        }
        String heap = isConcrete(code) ? "type " + typeIndex(code) : heap(code) == null ? "bottom" : heap(code).toString();
        return isNullable(code) ? "(ref null " + heap + ")" : "(ref " + heap + ")";
    }
}
