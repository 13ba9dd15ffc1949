package dev.thimble.wasm.execute.atomic;

import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.execute.Address;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;
import java.lang.invoke.VarHandle;

/**
 * An atomic instruction (proposal threads). Operands stand in a row of slots from {@code base}, where the result goes
 * as well.
 *
 * @param code   opcode after the prefix 0xFE
 * @param shared whether threads may share the memory
 */
public record AtomicStatement(int code, Address address, boolean shared, int base) implements Stmt {
    private static final int NOTIFY = 0x00, WAIT64 = 0x02, FENCE = 0x03, FIRST_ACCESS = 0x10, COMPARE_EXCHANGE = 8;

    @Override
    public int exec(Frame f) {
        if (code == FENCE) {
            VarHandle.fullFence();
        } else if (code >= FIRST_ACCESS) {
            access(f.slots, address.memory(f));
        } else {
            f.slots[base] = code == NOTIFY ? wake(f.slots, address.memory(f)) : await(f, address.memory(f));
        }
        return NEXT;
    }

    private int wake(long[] s, Memory m) {
        return Atomics.notify(m, aligned(m, s, 4), (int) s[base + 1]);
    }

    private int await(Frame f, Memory m) {
        int bytes = code == WAIT64 ? 8 : 4;
        int at = aligned(m, f.slots, bytes);
        if (!shared) {
            throw new Trap(Trap.Kind.EXPECTED_SHARED_MEMORY, Trap.UNKNOWN);
        }
        long expected = bytes == 8 ? f.slots[base + 1] : f.slots[base + 1] & 0xFFFF_FFFFL;
        return Atomics.await(bytes, m, at, expected, f.slots[base + 2], f.meter::stopRequested);
    }

    /** Operations come in sevens: i32, i64, i32 with 8 and 16 bits, i64 with 8, 16 and 32 bits. */
    private void access(long[] s, Memory m) {
        int operation = (code - FIRST_ACCESS) / 7, variant = (code - FIRST_ACCESS) % 7;
        int bytes = switch (variant) {
            case 2, 4 -> 1;
            case 3, 5 -> 2;
            case 0, 6 -> 4;
            default -> 8;
        };
        int at = aligned(m, s, bytes);
        long old;
        if (operation == COMPARE_EXCHANGE) {
            old = Atomics.compareExchange(bytes, m, at, s[base + 1], s[base + 2]);
        } else {
            old = Atomics.access(operation, bytes, m, at, s[base + 1]);
        }
        if (operation != Atomics.STORE) {
            s[base] = variant == 0 ? (int) old : old;
        }
    }

    private int aligned(Memory m, long[] s, int bytes) {
        if (!address.isAligned(s[base], bytes)) {
            throw new Trap(Trap.Kind.UNALIGNED_ATOMIC, Trap.UNKNOWN);
        }
        return address.effective(m, s[base], bytes);
    }
}
