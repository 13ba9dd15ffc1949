package dev.thimble.wasm.api;

/** The type of an import or export (spec 3.0, "External Types"). */
public sealed interface ExternType permits FunctionType, TableType, MemoryType, GlobalType, TagType {
    ExternKind kind();
}
