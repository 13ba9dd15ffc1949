package dev.thimble.wasm.api;

/** The type of a global variable (spec 3.0, "Global Types"). */
public record GlobalType(ValueType value, boolean mutable) implements ExternType {
    @Override
    public ExternKind kind() {
        return ExternKind.GLOBAL;
    }
}
