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

    static Storage of(FieldType field) {
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

    /** Slots in a frame. */
    int slots() {
        return this == BITS128 ? 2 : 1;
    }
}
