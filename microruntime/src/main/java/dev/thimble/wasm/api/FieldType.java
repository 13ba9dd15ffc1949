package dev.thimble.wasm.api;

/** One field of a structure, or the element of an array. */
public record FieldType(StorageType storage, boolean mutable) {
}
