package dev.thimble.wasm.api;

/** What can be imported and exported (spec 3.0, "External Types"), in the order of the binary format's codes. */
public enum ExternKind {
    FUNCTION, TABLE, MEMORY, GLOBAL, TAG
}
