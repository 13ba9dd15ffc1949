package dev.thimble.wasm.api;

/** What a structure's field or an array's element holds: a value type, or a packed integer. */
public sealed interface StorageType permits ValueType, PackedType {
}
