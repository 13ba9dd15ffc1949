package dev.thimble.wasm.api;

import java.util.Locale;

/** Packed integers in structures and arrays (spec 3.0, "Aggregate Types"). */
public enum PackedType implements StorageType {
    I8, I16;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
