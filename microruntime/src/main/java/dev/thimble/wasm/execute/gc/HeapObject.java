package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.DefinedType;

/** A structure or an array: an object that carries its run-time type. */
public abstract sealed class HeapObject permits StructInstance, ArrayInstance {
    private final DefinedType type;

    HeapObject(DefinedType type) {
        this.type = type;
    }

    public DefinedType type() {
        return type;
    }
}
