package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;

/**
 * struct.get or struct.set of a vector. The structure is in slot {@code base}, a vector to set in the slots after it; a
 * vector that is read goes to {@code base}.
 */
public record StructVector(boolean set, int place, int base) implements Stmt {
    @Override
    public int exec(Frame f) {
        StructInstance object = (StructInstance) f.references[base];
        if (object == null) {
            throw new Trap(Trap.Kind.NULL_STRUCTURE_REFERENCE, Trap.UNKNOWN);
        }
        if (set) {
            object.set(Storage.BITS128, place, f.slots, f.references, base + 1);
        } else {
            object.vector(place, f.slots, base);
        }
        return NEXT;
    }
}
