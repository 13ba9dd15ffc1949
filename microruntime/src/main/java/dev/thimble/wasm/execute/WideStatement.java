package dev.thimble.wasm.execute;

import dev.thimble.wasm.opcode.Opcodes;

/**
 * Arithmetic on 128 bits (proposal wide-arithmetic). Operands stand in a row of slots from {@code base}, low halves
 * first, where the two halves of the result go as well.
 */
public record WideStatement(int op, int base) implements Stmt {
    @Override
    public int exec(Frame f) {
        long[] s = f.slots;
        long x = s[base], y = s[base + 1];
        switch (op) {
            case Opcodes.I64_ADD128 -> {
                long low = x + s[base + 2];
                s[base + 1] = y + s[base + 3] + (Long.compareUnsigned(low, x) < 0 ? 1 : 0);
                s[base] = low;
            }
            case Opcodes.I64_SUB128 -> {
                s[base + 1] = y - s[base + 3] - (Long.compareUnsigned(x, s[base + 2]) < 0 ? 1 : 0);
                s[base] = x - s[base + 2];
            }
            default -> {
                s[base] = x * y;
                s[base + 1] = op == Opcodes.I64_MUL_WIDE_S ? Math.multiplyHigh(x, y) : Numerics.multiplyHighU(x, y);
            }
        }
        return NEXT;
    }
}
