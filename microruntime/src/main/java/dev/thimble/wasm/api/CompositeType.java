package dev.thimble.wasm.api;

/** A function, structure or array type (spec 3.0, "Composite Types"). */
public sealed interface CompositeType permits FunctionType, StructType, ArrayType {
}
