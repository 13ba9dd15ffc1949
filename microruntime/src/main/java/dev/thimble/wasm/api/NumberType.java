package dev.thimble.wasm.api;

import java.util.Locale;

/** The number and vector types (spec 3.0, "Number Types", "Vector Types"). */
public enum NumberType implements ValueType {
    I32, I64, F32, F64, V128;

    @Override
    public int slots() {
        return this == V128 ? 2 : 1;
    }

    @Override
    public boolean isReference() {
        return false;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
