package dev.thimble.wasm.api;

/** What a reference refers to (spec 3.0, "Heap Types"): an abstract type, or one defined by a module. */
public sealed interface HeapType permits AbstractHeapType, DefinedType {
}
