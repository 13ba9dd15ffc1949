package dev.thimble.wasm.api;

/** The type of an exception tag (spec 3.0, "Tag Types"): what an exception carries is the function's parameters. */
public record TagType(FunctionType function) implements ExternType {
    @Override
    public ExternKind kind() {
        return ExternKind.TAG;
    }
}
