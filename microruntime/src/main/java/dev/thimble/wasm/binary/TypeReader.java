package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;

/** Types as the binary writes them (spec 3.0, binary format, "Types"), read as {@link TypeCode}s. */
public final class TypeReader {
    private static final int REF = 0x64;
    private static final int REF_NULL = 0x63;
    private static final int EMPTY_BLOCK = 0x40;
    /** What {@link #blockType} gives for a block without parameters and results. */
    public static final int NO_RESULT = -1;
    private static final int LARGEST_INDEX = (1 << 24) - 1;

    private TypeReader() {
    }

    /** A value type whose indices are checked against and canonical in {@code types}. */
    public static int valueType(ByteReader reader, TypeSpace types) {
        int at = reader.position();
        return canonical(rawValueType(reader), types, at);
    }

    /** A reference type, checked and canonical. */
    public static int referenceType(ByteReader reader, TypeSpace types) {
        int at = reader.position();
        int code = valueType(reader, types);
        if (!TypeCode.isReference(code)) {
            throw reader.malformed("malformed reference type", at);
        }
        return code;
    }

    /** A heap type as the reference to it with this nullability, checked and canonical. */
    public static int heapType(ByteReader reader, boolean nullable, TypeSpace types) {
        int at = reader.position();
        return canonical(rawHeapType(reader, nullable), types, at);
    }

    /** A block type that is not an index, see {@link #blockTypeIsIndex}: {@link #NO_RESULT}, or the code of its result. */
    public static int blockType(ByteReader reader, TypeSpace types) {
        if (reader.peek() == EMPTY_BLOCK) {
            reader.u8();
            return NO_RESULT;
        }
        return valueType(reader, types);
    }

    /** Whether the block type that follows is an index of a function type, to be read by {@link #blockTypeIndex}. */
    public static boolean blockTypeIsIndex(ByteReader reader) {
        int next = reader.peek();
        return next >= 0 && (next & 0xC0) != 0x40;
    }

    /** The function type's index of a block type, not checked. */
    public static int blockTypeIndex(ByteReader reader) {
        int at = reader.position();
        long index = reader.s33();
        if (index < 0) {
            throw reader.malformed("malformed block type", at);
        }
        return (int) Math.min(index, Integer.MAX_VALUE);
    }

    /** A value type with indices as written, for the type section. */
    static int rawValueType(ByteReader reader) {
        int at = reader.position();
        int lead = reader.u8();
        switch (lead) {
            case 0x7F: return TypeCode.I32;
            case 0x7E: return TypeCode.I64;
            case 0x7D: return TypeCode.F32;
            case 0x7C: return TypeCode.F64;
            case 0x7B: return TypeCode.V128;
            case REF: return rawHeapType(reader, false);
            case REF_NULL: return rawHeapType(reader, true);
            default: break;
        }
        AbstractHeapType heap = abstractHeap(lead);
        if (heap == null) {
            throw reader.malformed("malformed value type 0x" + Integer.toHexString(lead), at);
        }
        return TypeCode.reference(true, heap);
    }

    /** Takes a heap type without looking at it. */
    static void skipHeapType(ByteReader reader) {
        rawHeapType(reader, true);
    }

    private static int rawHeapType(ByteReader reader, boolean nullable) {
        int at = reader.position();
        int lead = reader.peek();
        AbstractHeapType heap = abstractHeap(lead);
        if (heap != null) {
            reader.u8();
            return TypeCode.reference(nullable, heap);
        }
        long index = reader.s33();
        if (index < 0) {
            throw reader.malformed("malformed heap type", at);
        }
        return TypeCode.reference(nullable, (int) Math.min(index, LARGEST_INDEX));
    }

    private static int canonical(int code, TypeSpace types, int offset) {
        if (!TypeCode.isConcrete(code)) {
            return code;
        }
        int index = TypeCode.typeIndex(code);
        if (index >= types.count()) {
            throw new InvalidModuleException("unknown type " + index, Trap.UNKNOWN, offset);
        }
        return TypeCode.reference(TypeCode.isNullable(code), types.canonical(index));
    }

    private static AbstractHeapType abstractHeap(int code) {
        return switch (code) {
            case 0x69 -> AbstractHeapType.EXN;
            case 0x6A -> AbstractHeapType.ARRAY;
            case 0x6B -> AbstractHeapType.STRUCT;
            case 0x6C -> AbstractHeapType.I31;
            case 0x6D -> AbstractHeapType.EQ;
            case 0x6E -> AbstractHeapType.ANY;
            case 0x6F -> AbstractHeapType.EXTERN;
            case 0x70 -> AbstractHeapType.FUNC;
            case 0x71 -> AbstractHeapType.NONE;
            case 0x72 -> AbstractHeapType.NOEXTERN;
            case 0x73 -> AbstractHeapType.NOFUNC;
            case 0x74 -> AbstractHeapType.NOEXN;
            default -> null;
        };
    }
}
