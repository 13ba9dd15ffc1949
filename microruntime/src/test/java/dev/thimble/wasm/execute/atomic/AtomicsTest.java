package dev.thimble.wasm.execute.atomic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.Trap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AtomicsTest {
    private final Memory memory = new Memory(new MemoryType(false, 1, 2, true, 16));
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
    }

    private Future<Integer> waiting(int at, long expected, long timeout) {
        Callable<Integer> wait = () -> Atomics.await(4, memory, at, expected, timeout, () -> false);
        return threads.submit(wait);
    }

    @Test
    void everyOperationReturnsWhatWasThereAndKeepsItsNeighbours() {
        for (int bytes = 1; bytes <= 8; bytes *= 2) {
            long mask = -1L >>> 64 - 8 * bytes;
            memory.putLong(8, -1);
            memory.putLong(16, -1);
            long old = 0x8877_6655_4433_2211L & mask;
            long operand = 0xF0F1_F2F3_F4F5_F6F7L;
            long[] expected = {old, operand, old + operand, old - operand, old & operand, old | operand, old ^ operand, operand};
            for (int operation = 0; operation < expected.length; operation++) {
                Atomics.access(Atomics.STORE, bytes, memory, 16 - bytes, old);
                assertEquals(old, Atomics.access(operation, bytes, memory, 16 - bytes, operand));
                assertEquals(expected[operation] & mask, Atomics.access(Atomics.LOAD, bytes, memory, 16 - bytes, 0));
                assertEquals(-1, memory.getLong(16));
                assertEquals(bytes == 8 ? (byte) memory.getByte(8) : -1, memory.getByte(8));
            }
            Atomics.access(Atomics.STORE, bytes, memory, 0, old);
            assertEquals(old, Atomics.compareExchange(bytes, memory, 0, old ^ 1, 5));
            assertEquals(old, Atomics.access(Atomics.LOAD, bytes, memory, 0, 0));
            assertEquals(old, Atomics.compareExchange(bytes, memory, 0, old, 5));
            assertEquals(5, Atomics.access(Atomics.LOAD, bytes, memory, 0, 0));
            // What is expected is wrapped, too: https://github.com/WebAssembly/threads/issues/195
            assertEquals(5, Atomics.compareExchange(bytes, memory, 0, ~mask | 5, 6));
            assertEquals(6, Atomics.access(Atomics.LOAD, bytes, memory, 0, 0));
        }
    }

    @Test
    void concurrentAdditionsAreAllCounted() throws Exception {
        Callable<Void> add = () -> {
            for (int i = 0; i < 20_000; i++) {
                Atomics.access(Atomics.ADD, 2, memory, 2, 1);
                Atomics.access(Atomics.ADD, 4, memory, 4, 1);
            }
            return null;
        };
        var first = threads.submit(add);
        var second = threads.submit(add);
        first.get();
        second.get();
        assertEquals(40_000, memory.getInt(4));
        assertEquals(40_000 & 0xFFFF, memory.getShort(2) & 0xFFFF);
        assertEquals(0, memory.getShort(0));
    }

    @Test
    void notifyWakesAsManyAsToldAndOnlyThatAddress() throws Exception {
        var first = waiting(8, 0, -1);
        var second = waiting(8, 0, -1);
        var elsewhere = waiting(16, 0, -1);
        int woken = 0;
        while (woken == 0) {
            woken = Atomics.notify(memory, 8, 1);
        }
        assertEquals(1, woken);
        while (woken < 2) {
            woken += Atomics.notify(memory, 8, -1);
        }
        assertEquals(Atomics.WOKEN, first.get());
        assertEquals(Atomics.WOKEN, second.get());
        assertEquals(0, Atomics.notify(memory, 8, -1));
        while (Atomics.notify(memory, 16, 5) == 0) {
            Thread.onSpinWait();
        }
        assertEquals(Atomics.WOKEN, elsewhere.get());
    }

    @Test
    void waitingEndsAtOnceOrAfterItsTime() {
        memory.putInt(8, 3);
        assertEquals(Atomics.NOT_EQUAL, Atomics.await(4, memory, 8, 4, -1, () -> false));
        long begin = System.nanoTime();
        assertEquals(Atomics.TIMED_OUT, Atomics.await(4, memory, 8, 3, 20_000_000, () -> false));
        assertTrue(System.nanoTime() - begin >= 20_000_000);
        assertEquals(Atomics.TIMED_OUT, Atomics.await(8, memory, 8, 3, 0, () -> false));
        assertEquals(0, Atomics.notify(memory, 8, -1));
    }

    @Test
    void aWaitingThreadCanBeStopped() {
        assertEquals(Trap.Kind.STOPPED,
                assertThrows(Trap.class, () -> Atomics.await(4, memory, 0, 0, -1, () -> true)).kind());
    }

    @Test
    void aSharedMemoryGrowsToItsMaximum() {
        memory.putInt(0, 5);
        assertEquals(1, memory.grow(1));
        assertEquals(5, memory.getInt(0));
        assertEquals(2 << 16, memory.size());
        assertEquals(-1, memory.grow(1));
    }
}
