package dev.thimble.wasm.api;

import java.util.Locale;

/** The abstract heap types (spec 3.0, "Heap Types"). */
public enum AbstractHeapType implements HeapType {
    FUNC, NOFUNC, EXTERN, NOEXTERN, ANY, EQ, I31, STRUCT, ARRAY, NONE, EXN, NOEXN;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
