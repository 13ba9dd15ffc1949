package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.opcode.Opcodes;

/**
 * struct.get or struct.set. The structure is in slot {@code base}, a value to set in the slots after it; a value that
 * is read goes to {@code base}.
 */
public record StructField(int op, Storage storage, int place, int base) implements Stmt {
    public StructField(int op, StructLayout layout, int field, int base) {
        this(op, layout.storage(field), layout.place(field), base);
    }

    @Override
    public int exec(Frame f) {
        Object[] r = f.references;
        StructInstance object = (StructInstance) r[base];
        if (object == null) {
            throw new Trap(Trap.Kind.NULL_STRUCTURE_REFERENCE, Trap.UNKNOWN);
        }
        if (op == Opcodes.STRUCT_SET) {
            object.set(storage, place, f.slots, r, base + 1);
        } else {
            object.get(storage, place, op == Opcodes.STRUCT_GET_S, f.slots, r, base);
        }
        return NEXT;
    }
}
