package dev.thimble.wasm.execute.simd;

import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.execute.Address;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;

/**
 * A vector load or store. The address is in slot {@code base}, a vector operand in the two slots after it; a loaded
 * vector goes to {@code base}.
 *
 * @param code opcode after the prefix 0xFD
 * @param lane of the lane loads and stores
 */
public record V128Access(int code, Address address, int lane, int base) implements Stmt {
    @Override
    public int exec(Frame f) {
        long[] s = f.slots;
        Memory memory = address.memory(f);
        int at = address.effective(memory, s[base], V128Memory.bytes(code));
        if (V128Memory.isStore(code) && memory.isShared()) {
            synchronized (memory) {
                V128Memory.store(code, memory.array(), at, s, base + 1, lane);
            }
        } else if (V128Memory.isStore(code)) {
            V128Memory.store(code, memory.array(), at, s, base + 1, lane);
        } else {
            V128Memory.load(code, memory.array(), at, s, base, base + 1, lane);
        }
        return NEXT;
    }
}
