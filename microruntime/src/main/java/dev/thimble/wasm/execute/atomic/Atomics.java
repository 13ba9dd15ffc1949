package dev.thimble.wasm.execute.atomic;

import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.Trap;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * Atomic accesses to a memory (proposal threads). Each holds the memory's monitor, which makes them sequentially
 * consistent among each other; Java offers no atomic access of several bytes in a {@code byte[]} (the views refuse it
 * since release 22). Nothing is allocated but by a wait. The caller has checked alignment and bounds.
 */
public final class Atomics {
    public static final int LOAD = 0, STORE = 1, ADD = 2, SUB = 3, AND = 4, OR = 5, XOR = 6, EXCHANGE = 7;

    /** Results of {@link #await}. */
    public static final int WOKEN = 0, NOT_EQUAL = 1, TIMED_OUT = 2;

    /** How often a waiting thread looks whether it should stop, in nanoseconds. */
    private static final long POLL = 50_000_000;

    private static final Queue<Waiter> WAITERS = new ConcurrentLinkedQueue<>();

    /** A thread that waits; its flag is guarded by the memory's monitor. */
    private static final class Waiter {
        final Memory memory;
        final int at;
        boolean woken;

        Waiter(Memory memory, int at) {
            this.memory = memory;
            this.at = at;
        }
    }

    private Atomics() {}

    /**
     * Reads, and for all operations but a load then writes.
     *
     * @param bytes 1, 2, 4 or 8
     * @return what was there, zero-extended
     */
    public static long access(int operation, int bytes, Memory memory, int at, long operand) {
        synchronized (memory) {
            long old = get(memory, at, bytes);
            switch (operation) {
                case LOAD -> { }
                case STORE, EXCHANGE -> put(memory, at, bytes, operand);
                case ADD -> put(memory, at, bytes, old + operand);
                case SUB -> put(memory, at, bytes, old - operand);
                case AND -> put(memory, at, bytes, old & operand);
                case OR -> put(memory, at, bytes, old | operand);
                default -> put(memory, at, bytes, old ^ operand);
            }
            return old;
        }
    }

    /** Writes the replacement if the value there is the expected one, both wrapped to {@code bytes}; returns what was there, zero-extended. */
    public static long compareExchange(int bytes, Memory memory, int at, long expected, long replacement) {
        synchronized (memory) {
            long old = get(memory, at, bytes);
            if ((old ^ expected) << 64 - 8 * bytes == 0) {
                put(memory, at, bytes, replacement);
            }
            return old;
        }
    }

    /**
     * Waits at an address for {@link #notify}, if the value there is still the expected one.
     *
     * @param bytes 4 or 8
     * @param expected zero-extended
     * @param timeout in nanoseconds, negative for none
     * @param stop asked at least every 50 ms whether to give up
     * @return {@link #WOKEN}, {@link #NOT_EQUAL} or {@link #TIMED_OUT}
     * @throws Trap when told to stop or interrupted
     */
    public static int await(int bytes, Memory memory, int at, long expected, long timeout, BooleanSupplier stop) {
        long begin = System.nanoTime();
        synchronized (memory) {
            if (get(memory, at, bytes) != expected) {
                return NOT_EQUAL;
            }
            Waiter waiter = new Waiter(memory, at);
            WAITERS.add(waiter);
            try {
                while (!waiter.woken) {
                    long left = timeout < 0 ? POLL : timeout - (System.nanoTime() - begin);
                    if (left <= 0) {
                        return TIMED_OUT;
                    }
                    if (stop.getAsBoolean()) {
                        throw new Trap(Trap.Kind.STOPPED, Trap.UNKNOWN);
                    }
                    long pause = Math.min(left, POLL);
                    memory.wait(pause / 1_000_000, (int) (pause % 1_000_000));
                }
                return WOKEN;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Trap(Trap.Kind.STOPPED, Trap.UNKNOWN);
            } finally {
                WAITERS.remove(waiter);
            }
        }
    }

    /** Wakes at most {@code count} (unsigned) threads that wait at the address, the longest waiting first. */
    public static int notify(Memory memory, int at, int count) {
        int woken = 0;
        synchronized (memory) {
            for (Iterator<Waiter> i = WAITERS.iterator(); i.hasNext() && woken != count; ) {
                Waiter waiter = i.next();
                if (waiter.memory == memory && waiter.at == at && !waiter.woken) {
                    waiter.woken = true;
                    woken++;
                }
            }
            if (woken != 0) {
                memory.notifyAll();
            }
        }
        return woken;
    }

    private static long get(Memory memory, int at, int bytes) {
        return switch (bytes) {
            case 1 -> memory.getByte(at) & 0xFF;
            case 2 -> memory.getShort(at) & 0xFFFF;
            case 4 -> memory.getInt(at) & 0xFFFF_FFFFL;
            default -> memory.getLong(at);
        };
    }

    private static void put(Memory memory, int at, int bytes, long value) {
        switch (bytes) {
            case 1 -> memory.putByte(at, (int) value);
            case 2 -> memory.putShort(at, (int) value);
            case 4 -> memory.putInt(at, (int) value);
            default -> memory.putLong(at, value);
        }
    }
}
