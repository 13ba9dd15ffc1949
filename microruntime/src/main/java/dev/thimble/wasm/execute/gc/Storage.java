package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.FieldType;
import dev.thimble.wasm.api.NumberType;
import dev.thimble.wasm.api.PackedType;
import dev.thimble.wasm.api.StorageType;

/** How a field or an array's elements are kept. Floats are kept as their bits. */
public enum Storage {
    I8(1), I16(2), BITS32(4), BITS64(8), BITS128(16), REFERENCE(0);

    /** Bytes of one value in a data segment. */
    final int bytes;

    Storage(int bytes) {
        this.bytes = bytes;
    }

    public static Storage of(FieldType field) {
        StorageType type = field.storage();
        if (type instanceof PackedType packed) {
            return packed == PackedType.I8 ? I8 : I16;
        }
        if (!(type instanceof NumberType number)) {
            return REFERENCE;
        }
        return switch (number) {
            case I32, F32 -> BITS32;
            case I64, F64 -> BITS64;
            case V128 -> BITS128;
        };
    }

    /** A number as a slot shows it: of a packed integer the low bits, with the sign or zeros above them. */
    long extend(long value, boolean signed) {
        return switch (this) {
            case I8 -> signed ? (byte) value : value & 0xFF;
            case I16 -> signed ? (short) value : value & 0xFFFF;
            default -> value;
        };
    }

    /** Slots in a frame. */
    int slots() {
        return this == BITS128 ? 2 : 1;
    }
}
