package dev.thimble.wasm.api;

/** One export that a module offers. */
public record ExportType(String name, ExternType type) {
    public ExternKind kind() {
        return type.kind();
    }
}
