package dev.thimble.wasm.api;

/** One field of a structure, or the element of an array. */
public record FieldType(StorageType storage, boolean mutable) {
    /** The type that reading the field pushes: i32 for packed integers. */
    public ValueType unpacked() {
        return storage instanceof ValueType v ? v : NumberType.I32;
    }
}
