package dev.thimble.wasm.api;

/** One import that a module asks for. */
public record ImportType(String module, String name, ExternType type) {
    public ExternKind kind() {
        return type.kind();
    }
}
