package dev.thimble.wasm.api;

import java.util.Objects;

/** A reference type (spec 3.0, "Reference Types"). */
public record RefType(boolean nullable, HeapType heap) implements ValueType {
    public RefType {
        Objects.requireNonNull(heap);
    }

    @Override
    public int slots() {
        return 1;
    }

    @Override
    public boolean isReference() {
        return true;
    }

    @Override
    public String toString() {
        return (nullable ? "(ref null " : "(ref ") + heap + ")";
    }
}
