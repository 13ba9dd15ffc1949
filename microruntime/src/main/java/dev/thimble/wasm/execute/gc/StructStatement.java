package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.opcode.Opcodes;

/**
 * A struct instruction. Operands stand in a row of slots from {@code base}, where the result goes as well.
 *
 * @param op     opcode
 * @param field  index of the field, if the instruction names one
 * @param offset of the instruction in the binary
 */
public record StructStatement(int op, StructLayout layout, int field, int base, int offset) implements Stmt {
    @Override
    public int exec(Frame f) {
        run(f.slots, f.references);
        return NEXT;
    }

    /** Runs it on any row of slots, as constant expressions need. */
    public void run(long[] s, Object[] r) {
        switch (op) {
            case Opcodes.STRUCT_NEW -> r[base] = layout.allocate(s, r, base);
            case Opcodes.STRUCT_NEW_DEFAULT -> r[base] = layout.allocate();
            case Opcodes.STRUCT_SET -> object(r).set(layout.storage(field), layout.place(field), s, r, base + 1);
            default -> object(r).get(layout.storage(field), layout.place(field), op == Opcodes.STRUCT_GET_S, s, r, base);
        }
    }

    private StructInstance object(Object[] r) {
        if (r[base] == null) {
            throw new Trap(Trap.Kind.NULL_STRUCTURE_REFERENCE, offset);
        }
        return (StructInstance) r[base];
    }
}
