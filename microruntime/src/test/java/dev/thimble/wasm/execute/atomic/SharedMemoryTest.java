package dev.thimble.wasm.execute.atomic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Instances on several threads over one shared memory. */
@Timeout(60)
class SharedMemoryTest {
    private final Memory memory = new Memory(new MemoryType(false, 1, 3, true, 16));
    private final WasmModule module = WasmModule.parse(module().toArray());

    private static Wasm module() {
        Wasm wasm = new Wasm().importAny("env", "memory", Bytes.of(2, 3).u32(1).u32(3));
        // Adds 1 to a counter so many times.
        wasm.function("i32 ->", "", "loop -; i32.const 0; i32.const 1; i32.atomic.rmw.add 2 16; drop; "
                + "local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end");
        // Waits until the word at 4 is no longer 0, and reads the plain word at 8.
        wasm.function("-> i32", "", "loop -; i32.const 4; i32.const 0; i64.const -1; memory.atomic.wait32 2 0; drop; "
                + "i32.const 4; i32.atomic.load 2 0; i32.eqz; br_if 0; end; i32.const 8; i32.load 2 0");
        wasm.function("i32 ->", "", "i32.const 8; local.get 0; i32.store 2 0; i32.const 4; i32.const 1; i32.atomic.store 2 0; "
                + "i32.const 4; i32.const -1; memory.atomic.notify 2 0; drop");
        wasm.function("i32 -> i32", "", "local.get 0; memory.grow 0");
        wasm.function("i32 -> i32", "", "local.get 0; i32.load8_u 0 0");
        wasm.function("i32 ->", "", "local.get 0; v128.const 0 0; v128.store 4 0");
        String[] names = {"add", "wait", "wake", "grow", "load", "vector"};
        for (int i = 0; i < names.length; i++) {
            wasm.export(names[i], 0, i);
        }
        return wasm;
    }

    private Instance instance() {
        return module.instantiate(Imports.builder().memory("env", "memory", memory).build());
    }

    @Test
    void additionsFromTwoInstancesAreAllCounted() {
        var first = CompletableFuture.runAsync(() -> instance().function("add").call(30_000));
        var second = CompletableFuture.runAsync(() -> instance().function("add").call(30_000));
        first.join();
        second.join();
        assertEquals(60_000, memory.getInt(16));
    }

    @Test
    void whatWasWrittenBeforeAWakingStoreIsSeenAfterTheWait() {
        var waiter = CompletableFuture.supplyAsync(() -> (int) instance().function("wait").call()[0]);
        instance().function("wake").call(4711);
        assertEquals(4711, waiter.join());
    }

    /** A gigabyte as the maximum is usual, and must not be taken before it is needed. */
    @Test
    void aMaximumCostsNothing() {
        var large = new Memory(new MemoryType(false, 1, 16_384, true, 16));
        assertEquals(1 << 16, large.array().length);
        assertEquals(1, large.grow(2));
        assertEquals(3 << 16, large.array().length);
    }

    @Test
    void noStoreIsLostInAnArrayThatIsBeingReplaced() {
        var large = new Memory(new MemoryType(false, 1, 600, true, 16));
        Wasm wasm = new Wasm().importAny("env", "memory", Bytes.of(2, 3).u32(1).u32(600));
        wasm.export("keep", 0, wasm.function("i32 -> i32", "", "i32.const 64; local.get 0; i32.store 2 0; i32.const 64; i32.load 2 0"));
        var keep = WasmModule.parse(wasm.toArray()).instantiate(Imports.builder().memory("env", "memory", large).build())
                .function("keep");
        var growth = CompletableFuture.runAsync(() -> {
            while (large.grow(1) >= 0) {
                Thread.onSpinWait();
            }
        });
        for (int i = 1; !growth.isDone(); i++) {
            assertEquals(i, (int) keep.call(i)[0]);
            large.putInt(128, i);
            assertEquals(i, large.getInt(128));
        }
        growth.join();
    }

    @Test
    void growthIsSeenByOtherInstancesAndTheEndIsWhereItIsNow() {
        Instance one = instance();
        Instance other = instance();
        int end = 1 << 16;
        assertEquals(0, other.function("load").call(end - 1)[0]);
        for (String name : new String[] {"load", "vector"}) {
            Trap trap = assertThrows(Trap.class, () -> other.function(name).call(end));
            assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap.kind());
        }
        assertEquals(1, (int) one.function("grow").call(1)[0]);
        assertEquals(0, other.function("load").call(end)[0]);
        other.function("vector").call(2 * end - 16);
        assertThrows(Trap.class, () -> other.function("vector").call(2 * end - 15));
        assertEquals(-1, (int) one.function("grow").call(2)[0]);
    }

    @Test
    void aWaitingInstanceCanBeStopped() {
        Instance waiting = instance();
        var ended = CompletableFuture.supplyAsync(() ->
                assertThrows(Trap.class, () -> waiting.function("wait").call()).kind());
        waiting.requestStop();
        assertEquals(Trap.Kind.STOPPED, ended.join());
    }
}
