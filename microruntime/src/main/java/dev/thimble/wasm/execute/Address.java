package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.Trap;

/**
 * Where an instruction accesses memory: the general way, for any memory and either type of address.
 *
 * @param index        of the memory
 * @param wide         whether addresses are i64
 * @param displacement static offset of the instruction, unsigned
 */
public record Address(int index, boolean wide, long displacement) {
    public Memory memory(Frame f) {
        return f.instance.memories[index];
    }

    /** Whether the effective address is a multiple of {@code bytes}, a power of two. */
    public boolean isAligned(long operand, int bytes) {
        return (operand + displacement & bytes - 1) == 0;
    }

    /**
     * The position of the first of {@code bytes} bytes.
     *
     * @param operand the address as a slot holds it
     * @throws Trap when they do not all lie in the memory
     */
    public int effective(Memory memory, long operand, int bytes) {
        long from = wide ? operand : operand & 0xFFFF_FFFFL;
        long room = memory.size() - bytes;
        if (from < 0 || from > room || displacement < 0 || displacement > room - from) {
            throw new Trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, Trap.UNKNOWN);
        }
        return (int) (from + displacement);
    }
}
