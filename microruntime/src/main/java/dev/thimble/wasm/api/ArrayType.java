package dev.thimble.wasm.api;

/** An array type (spec 3.0, "Aggregate Types"). */
public record ArrayType(FieldType element) implements CompositeType {
}
