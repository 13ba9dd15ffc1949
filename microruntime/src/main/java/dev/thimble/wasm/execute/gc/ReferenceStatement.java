package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.HeapType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.opcode.Opcodes;

/**
 * ref.eq, ref.test, ref.cast or an i31 instruction. Operands stand in a row of slots from {@code base}, where the
 * result goes as well.
 *
 * @param op   opcode
 * @param type that is tested for; null where none is
 */
public record ReferenceStatement(int op, HeapType type, int base) implements Stmt {
    @Override
    public int exec(Frame f) {
        run(f.slots, f.references);
        return NEXT;
    }

    /** Runs it on any row of slots, as constant expressions need. */
    public void run(long[] s, Object[] r) {
        switch (op) {
            case Opcodes.REF_EQ -> s[base] = Casts.same(r[base], r[base + 1]) ? 1 : 0;
            case Opcodes.REF_TEST -> s[base] = Casts.matches(r[base], false, type) ? 1 : 0;
            case Opcodes.REF_TEST_NULL -> s[base] = Casts.matches(r[base], true, type) ? 1 : 0;
            case Opcodes.REF_CAST -> check(Casts.matches(r[base], false, type));
            case Opcodes.REF_CAST_NULL -> check(Casts.matches(r[base], true, type));
            case Opcodes.REF_I31 -> r[base] = I31.of((int) s[base]);
            case Opcodes.I31_GET_S -> s[base] = i31(r).value();
            default -> s[base] = i31(r).unsigned();
        }
    }

    private void check(boolean matches) {
        if (!matches) {
            throw new Trap(Trap.Kind.CAST_FAILURE, Trap.UNKNOWN);
        }
    }

    private I31 i31(Object[] r) {
        if (r[base] == null) {
            throw new Trap(Trap.Kind.NULL_I31_REFERENCE, Trap.UNKNOWN);
        }
        return (I31) r[base];
    }
}
