package dev.thimble.wasm.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.Recording;
import dev.thimble.wasm.Replay;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.HostFunction;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.RefType;
import dev.thimble.wasm.api.ReplayListener;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** What recordings can hold besides plain calls, and what they say when they cannot. */
class RecordingTest {
    private static final FunctionType UNARY = FunctionType.of(ValueType.I32).returning(ValueType.I32);

    private final ByteArrayOutputStream recording = new ByteArrayOutputStream();
    private Instance instance;

    /** Function 0 is the host's; 1 calls it, 2 does without, 3 throws what it is given, 4 calls the host and catches. */
    private static Wasm wasm() {
        Wasm wasm = new Wasm();
        int unary = wasm.type("i32 -> i32");
        wasm.type("i32 ->");
        wasm.importFunction("env", "ask", unary).memory(1).tag(1).global("i32", true, "i32.const 5").global("funcref", true, "ref.null func");
        wasm.table("funcref", 2);
        wasm.function(0, "", "local.get 0; call 0; i32.const 0; i32.const 0; i32.load 2 0; local.get 0; i32.add; i32.store 2 0; global.get 0; i32.add");
        wasm.function(0, "", "i32.const 4; i32.const 4; i32.load 2 0; i32.const 1; i32.add; i32.store 2 0; i32.const 4; i32.load 2 0;"
                + " local.get 0; i32.mul");
        wasm.function(0, "", "local.get 0; throw 0");
        wasm.function(0, "", "block i32; try_table i32 1 0 0 0; local.get 0; call 0; end; i32.const 1000; i32.add; end");
        wasm.export("ask", 0, 1).export("plain", 0, 2).export("throws", 0, 3).export("catches", 0, 4).export("global", 3, 0)
                .export("function", 3, 1).export("table", 1, 0);
        return wasm;
    }

    private Recording record(Wasm wasm, HostFunction host, long maxBytes, long maxEvents) throws IOException {
        WasmModule module = WasmModule.parse(wasm.toArray());
        instance = module.canonicalNans().instantiate(Imports.builder().function("env", "ask", UNARY, host).build(),
                InstanceOptions.DEFAULT.withFuel(1_000_000).withMaxMemoryBytes(3 << 16));
        return instance.record(recording, maxBytes, maxEvents);
    }

    private Recording record(HostFunction host) throws IOException {
        return record(wasm(), host, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    private Replay replay() throws IOException {
        return new Replay(WasmModule.parse(wasm().toArray()), new ByteArrayInputStream(recording.toByteArray()));
    }

    /** Replays everything, and compares the state in which both have ended: memory, globals, tables and fuel. */
    private void same(Replay replay) {
        while (replay.next() != null) {
            assertTrue(replay.used() >= 0);
        }
        assertArrayEquals(instance.snapshot(), replay.instance().snapshot());
    }

    private long call(String name, long argument) {
        return instance.function(name).call(argument)[0];
    }

    @Test
    void aHostFunctionMayCallTheInstance() throws IOException {
        Recording made = record(call -> {
            int n = call.i32(0);
            call.memory().putInt(100, n);
            long result = n > 0 ? call("ask", n - 1) + call("plain", n) : 1;
            call.memory().putInt(104 + 4 * n, (int) result);
            call.resultI32((int) result);
        });
        long result = call("ask", 5);
        assertEquals(call("plain", 1), instance.memory().getInt(4));
        assertEquals(2, made.events(), "only calls from outside count");
        assertTrue(result > 0);
        same(replay());
    }

    @Test
    void exceptionsAndTrapsPassThroughAHostFunction() throws IOException {
        record(call -> {
            if (call.i32(0) > 10) {
                throw new Trap(Trap.Kind.UNREACHABLE, Trap.UNKNOWN);
            }
            try {
                call.resultI32((int) call("throws", call.i32(0)));
            } catch (WasmException e) {
                if (call.i32(0) == 3) {
                    throw e;
                }
                call.resultI32(77);
            }
        });
        assertEquals(3, call("catches", 3), "what passed through is caught by the module");
        assertEquals(1077, call("catches", 4), "what the host has caught is gone");
        assertThrows(WasmException.class, () -> call("ask", 3));
        assertThrows(Trap.class, () -> call("ask", 12));
        Replay replay = replay();
        same(replay);
        assertEquals(4, replay.calls());
    }

    @Test
    void whatTheHostChangesBetweenAndDuringCallsIsSeen() throws IOException {
        Wasm wasm = wasm();
        wasm.function(0, "", "global.get 1; ref.is_null; i32.const 0; table.get 0; ref.is_null; i32.add; memory.size 0; i32.add");
        wasm.function("-> funcref", "", "ref.func 2");
        wasm.export("look", 0, 5).export("self", 0, 6);
        record(wasm, call -> {
            instance.global("global").bits(call.i32(0) * 3L);
            instance.table("table").set(1, instance.table("table").get(0));
            call.resultI32(1);
        }, Long.MAX_VALUE, Long.MAX_VALUE);
        assertEquals(3, call("look", 0));
        instance.memory().putLong(8000, 0x1234_5678_9ABCL);
        instance.memory().putLong(8012, -1);
        Call self = instance.function("self").newCall();
        self.run();
        Object function = self.referenceResult(0);
        instance.global("function").reference(function);
        instance.table("table").set(0, function);
        assertEquals(1, call("look", 0));
        instance.memory().grow(1);
        assertEquals(2, call("look", 0));
        call("ask", 9);
        assertEquals(27, instance.global("global").bits());
        instance.global("function").reference(null);
        call("plain", 2);
        Replay replay = new Replay(WasmModule.parse(wasm.toArray()), new ByteArrayInputStream(recording.toByteArray()));
        same(replay);
        assertEquals(27, replay.instance().global("global").bits());
    }

    @Test
    void aReferenceOfTheHostEndsTheRecordingAndNotTheRun() throws IOException {
        Wasm wasm = new Wasm();
        int give = wasm.type("i32 -> externref");
        wasm.importFunction("env", "give", give).function("i32 -> i32", "", "local.get 0; call 0; ref.is_null");
        wasm.export("isNull", 0, 1);
        WasmModule module = WasmModule.parse(wasm.toArray());
        instance = module.canonicalNans().instantiate(Imports.builder().function("env", "give",
                FunctionType.of(ValueType.I32).returning(RefType.EXTERNREF), call -> call.resultReference(0, call.i32(0) == 0 ? null : "text")).build());
        Recording made = instance.record(recording);
        assertEquals(1, call("isNull", 0));
        assertNull(made.end());
        assertEquals(0, call("isNull", 1));
        assertTrue(made.end().contains("reference comes from outside"), made.end());
        assertEquals(1, call("isNull", 0));
        assertEquals(2, made.events());
        Replay replay = new Replay(module, new ByteArrayInputStream(recording.toByteArray()));
        assertEquals(Progress.FINISHED, replay.next());
        assertNull(replay.next(), "it ends within the second call");
        assertEquals(made.end(), replay.end());
        assertEquals(1, replay.instance().stack().depth(), "and one can see where");
    }

    @Test
    void whatCannotBeRecordedIsRefusedAtTheBeginning() {
        Wasm imported = new Wasm();
        imported.importGlobal("env", "g", "i32", true);
        Instance importing = WasmModule.parse(imported.toArray()).canonicalNans().instantiate(Imports.builder().global("env", "g",
                new dev.thimble.wasm.api.Global(new dev.thimble.wasm.api.GlobalType(ValueType.I32, true), 1)).build());
        assertTrue(assertThrows(RecordingException.class, () -> importing.record(recording)).getMessage().contains("imports memories"));
        Wasm shared = new Wasm();
        shared.memory(Bytes.of(3, 1, 2));
        Instance sharing = WasmModule.parse(shared.toArray()).canonicalNans().instantiate(Imports.none());
        assertThrows(RecordingException.class, () -> sharing.record(recording));
        assertThrows(RecordingException.class, () -> record(wasm(), call -> { }, 100, 1));
        assertThrows(IllegalStateException.class, () -> WasmModule.parse(wasm().toArray()).instantiate(
                Imports.builder().function("env", "ask", UNARY, call -> { }).build()).record(recording));
    }

    @Test
    void itKeepsWithinItsLimits() throws IOException {
        HostFunction host = call -> {
            call.memory().putLong(64, call.i32(0) * 0x0101_0101_0101_0101L);
            call.resultI32(call.i32(0));
        };
        Recording events = record(wasm(), host, Long.MAX_VALUE, 3);
        for (int i = 0; i < 5; i++) {
            call("ask", i);
        }
        assertEquals(3, events.events());
        assertTrue(events.end().contains("3 events"), events.end());
        Replay replay = replay();
        assertEquals(Progress.FINISHED, replay.next());
        assertEquals(Progress.FINISHED, replay.next());
        assertEquals(Progress.FINISHED, replay.next());
        assertNull(replay.next());
        assertEquals(events.end(), replay.end());

        recording.reset();
        Recording bytes = record(wasm(), host, 2_000, Long.MAX_VALUE);
        for (int i = 0; i < 100; i++) {
            call("ask", i);
        }
        assertTrue(bytes.end().contains("2000 bytes"), bytes.end());
        assertTrue(recording.size() <= 2_000 && recording.size() > 1_000, recording.size() + " bytes");
        assertEquals(recording.size(), bytes.bytes());
        Replay all = replay();
        while (all.next() != null) {
            assertTrue(all.instance().memory().getInt(0) > 0 || all.calls() == 1);
        }
        assertEquals(bytes.end(), all.end());
        assertTrue(all.calls() > 10, all.calls() + " calls");
    }

    @Test
    void aStreamThatFailsEndsItAndNotTheRun() throws IOException {
        record(call -> call.resultI32(1)).end("only to get an instance");
        int[] left = {400};
        Recording made = instance.record(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (left[0]-- == 0) {
                    throw new IOException("no space left on device");
                }
            }
        });
        for (int i = 0; i < 50; i++) {
            assertEquals(6, call("ask", i));
        }
        assertTrue(made.end().contains("no space left"), made.end());
        assertThrows(IOException.class, () -> instance.record(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space left on device");
            }
        }));
        assertEquals(6, call("ask", 1));
    }

    /** What a power cut leaves: a prefix of the file, or one with zeros behind it. */
    @Test
    void aRecordingThatIsCutAnywhereReplaysUpToItsLastRecord() throws IOException {
        List<Integer> memory = new ArrayList<>();
        record(call -> {
            if (call.maySuspend() && !call.resumed()) {
                call.suspend();
            } else {
                call.resultI32(call.i32(0) * 7);
            }
        });
        for (int i = 0; i < 6; i++) {
            Call call = instance.function("ask").newCall();
            call.i32(0, i);
            for (Progress p = call.start(); p != Progress.FINISHED; p = call.resume()) {
                memory.add(instance.memory().getInt(0));
            }
            memory.add(instance.memory().getInt(0));
        }
        byte[] whole = recording.toByteArray();
        long reached = 0;
        for (int length = 0; length <= whole.length; length++) {
            for (byte[] cut : List.of(Arrays.copyOf(whole, length), Arrays.copyOf(Arrays.copyOf(whole, length), length + 40))) {
                Replay replay;
                try {
                    replay = new Replay(WasmModule.parse(wasm().toArray()), new ByteArrayInputStream(cut));
                } catch (RecordingException e) {
                    assertTrue(e.getMessage().matches(".*(not a recording|in its beginning|has format).*"), e.getMessage());
                    continue;
                }
                for (int i = 0; replay.next() != null; i++) {
                    assertEquals(memory.get(i), replay.instance().memory().getInt(0));
                }
                assertTrue(replay.end().startsWith("the recording breaks off after record "), replay.end());
                assertTrue(replay.calls() >= reached);
                reached = Math.max(reached, replay.calls());
            }
        }
        assertEquals(memory.size(), reached);
    }

    /** A recording with a result changed, as if the engine computed something else, checksums being right. */
    @Test
    void aDifferenceIsToldWithItsPlace() throws IOException {
        record(call -> call.resultI32(call.i32(0)));
        call("plain", 2);
        call("ask", 3);
        byte[] forged = recording.toByteArray();
        int at = 8;
        int[] length = new int[1];
        int records = 0;
        while (forged[at] != RecordFormat.HOST) {
            at = skip(forged, at, length);
            records++;
        }
        int end = skip(forged, at, length);
        int contents = end - 4 - length[0];
        // Host function, two numbers for fuel, outcome, result.
        int result = contents;
        for (int numbers = 0; numbers < 4; numbers++) {
            while (forged[result++] < 0) { }
        }
        assertEquals(3, forged[result]);
        byte[] other = forged.clone();
        other[result] = 4;
        seal(other, at, end);
        forged[contents] = 1;
        seal(forged, at, end);
        RecordingException e = assertThrows(RecordingException.class, () -> all(forged));
        assertTrue(e.getMessage().startsWith("event 2, ask: the run differs from the recording at record " + (records + 1)), e.getMessage());
        assertTrue(e.getMessage().endsWith("the module calls env ask; in the recording function 1"), e.getMessage());
        all(other);
        int leave = end;
        int leaveEnd = skip(other, leave, length);
        other[leaveEnd - 5] ^= 1;
        seal(other, leave, leaveEnd);
        e = assertThrows(RecordingException.class, () -> all(other));
        assertTrue(e.getMessage().contains("event 2, ask") && e.getMessage().endsWith("another state of memories and globals"), e.getMessage());
    }

    private static void all(byte[] recording) throws IOException {
        Replay replay = new Replay(WasmModule.parse(wasm().toArray()), new ByteArrayInputStream(recording));
        Progress progress;
        do {
            progress = replay.next();
        } while (progress != null);
    }

    private static int skip(byte[] file, int at, int[] length) {
        int i = at + 1;
        length[0] = 0;
        for (int shift = 0; ; shift += 7) {
            length[0] |= (file[i] & 0x7F) << shift;
            if (file[i++] >= 0) {
                break;
            }
        }
        return i + length[0] + 4;
    }

    private static void seal(byte[] file, int start, int end) {
        CRC32 checksum = new CRC32();
        checksum.update(file, start, end - 4 - start);
        ByteBuffer.wrap(file).putInt(end - 4, (int) checksum.getValue());
    }

    @Test
    void theLimitsOfTheInstanceBelongToTheRecording() throws IOException {
        Wasm wasm = wasm();
        wasm.function(0, "", "local.get 0; memory.grow 0");
        wasm.export("grow", 0, 5);
        record(wasm, call -> { }, Long.MAX_VALUE, Long.MAX_VALUE);
        assertEquals(1, call("grow", 2));
        assertEquals(-1, (int) call("grow", 1), "the embedder allows three pages");
        Replay replay = new Replay(WasmModule.parse(wasm.toArray()), new ByteArrayInputStream(recording.toByteArray()));
        same(replay);
        assertEquals(new MemoryType(false, 3, MemoryType.UNBOUNDED, false, 16), replay.instance().memory().type());
    }

    @Test
    void aRunMayBeGivenUpOrStaySuspendedWhileOthersRun() throws IOException {
        record(call -> {
            if (call.i32(0) == 8) {
                call.suspend();
            } else {
                call.resultI32(2);
            }
        });
        for (int i = 0; i < 2; i++) {
            Call waiting = instance.function("ask").newCall();
            waiting.i32(0, 8);
            assertEquals(Progress.WAITING, waiting.start());
            call("ask", 3);
            assertEquals(Progress.WAITING, waiting.resume());
            waiting.cancel();
            call("plain", 3);
        }
        Replay replay = replay();
        List<Integer> depths = new ArrayList<>();
        while (replay.next(5) != null) {
            depths.add(replay.instance().stack().depth());
        }
        assertTrue(depths.contains(1) && depths.contains(0), depths::toString);
        assertArrayEquals(instance.snapshot(), replay.instance().snapshot());
    }

    @Test
    void aListenerSeesEveryCallWithItsMemory() throws IOException {
        record(call -> {
            call.memory().putInt(200, call.i32(0) + 1);
            call.resultI32(call.i32(0) * 2);
        });
        call("ask", 21);
        List<String> seen = new ArrayList<>();
        Replay replay = new Replay(WasmModule.parse(wasm().toArray()), new ByteArrayInputStream(recording.toByteArray()), new ReplayListener() {
            @Override
            public void entered(long event, int function, long[] slots) {
                seen.add(event + ": " + function + Arrays.toString(slots));
            }

            @Override
            public void hostCalled(int function, HostCall call, Outcome outcome, long[] results, String text) {
                seen.add(function + "(" + call.i32(0) + ") " + outcome + Arrays.toString(results) + " " + call.memory().getInt(200));
            }
        });
        assertEquals(Progress.FINISHED, replay.next());
        assertEquals(List.of("1: 1[21]", "0(21) RETURNED[42] 22"), seen);
        assertFalse(replay.used() == 0);
        assertNull(replay.failure());
    }
}
