package dev.thimble.wasm.structure;

/** The three shapes of a defined type (spec 3.0, "Composite Types"). */
public enum CompositeKind {
    FUNCTION, STRUCT, ARRAY
}
