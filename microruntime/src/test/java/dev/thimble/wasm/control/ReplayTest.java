package dev.thimble.wasm.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.Replay;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.SnapshotException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.translate.Mode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs that are gone through again from what was recorded of their surroundings. */
class ReplayTest {
    /** A session with a host of chance, and what the memory looked like after every call. */
    private record Session(WasmModule module, byte[] recording, List<byte[]> states) {
    }

    private static WasmModule module() {
        Wasm wasm = new Wasm();
        int ask = wasm.type("i32 -> i32");
        wasm.importFunction("env", "ask", ask).memory(1);
        // Folds what the host answers and writes into a hash that it leaves in memory.
        int fold = wasm.function("i32 -> i64", "i64", "loop -; local.get 1; i64.const 31; i64.mul; local.get 0; call 0; i64.extend_i32_s; i64.add;"
                + " i32.const 64; i64.load 3 0; i64.xor; local.set 1; i32.const 0; local.get 1; i64.store 3 0;"
                + " local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; local.get 1");
        int trap = wasm.function("i32 -> i32", "", "i32.const 8; local.get 0; call 0; i32.store 2 0; unreachable");
        wasm.export("fold", 0, fold + 1).export("trap", 0, trap + 1);
        return WasmModule.parse(wasm.toArray());
    }

    private static Session session(Mode mode) throws IOException {
        WasmModule module = module();
        Random chance = new Random();
        Imports imports = Imports.builder().function("env", "ask", FunctionType.of(ValueType.I32).returning(ValueType.I32), call -> {
            call.memory().putLong(64, chance.nextLong());
            if (call.i32(0) == 99) {
                throw new IllegalArgumentException("of the host");
            } else if (call.maySuspend() && chance.nextInt(3) == 0) {
                call.suspend();
            } else {
                call.resultI32(chance.nextInt());
            }
        }).build();
        Instance instance = module.canonicalNans().translated(mode).instantiate(imports, InstanceOptions.DEFAULT.withFuel(1_000_000));
        instance.function("fold").call(3);
        ByteArrayOutputStream recording = new ByteArrayOutputStream();
        List<byte[]> states = new ArrayList<>();
        instance.record(recording);
        for (int i = 0; i < 20; i++) {
            instance.memory().putInt(128 + 4 * i, chance.nextInt());
            Call call = instance.function("fold").newCall();
            call.i32(0, 1 + i);
            for (Progress p = call.start(); ; p = call.resume()) {
                states.add(instance.memory().array().clone());
                if (p == Progress.FINISHED) {
                    break;
                }
                instance.fuel(instance.fuel() + chance.nextInt(100));
            }
        }
        assertThrows(Trap.class, () -> instance.function("trap").call(5));
        states.add(instance.memory().array().clone());
        assertThrows(IllegalArgumentException.class, () -> instance.function("fold").call(99));
        states.add(instance.memory().array().clone());
        instance.fuel(300);
        assertThrows(Trap.class, () -> instance.function("fold").call(98));
        states.add(instance.memory().array().clone());
        return new Session(module, recording.toByteArray(), states);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyStateIsTheRecordedOne(Mode mode) throws IOException {
        Session session = session(mode);
        for (Mode other : Mode.values()) {
            Replay replay = new Replay(session.module.translated(other), new ByteArrayInputStream(session.recording));
            for (byte[] state : session.states) {
                assertNotEquals(null, replay.next());
                assertArrayEquals(state, replay.instance().memory().array(), "after call " + replay.calls());
            }
            assertNull(replay.next());
        }
    }

    @Test
    void aCallIsStoppedAtAnyUnitOfFuelAndGoesOn() throws IOException {
        Session session = session(Mode.TIERED);
        Replay replay = new Replay(session.module, new ByteArrayInputStream(session.recording));
        int stops = 0;
        for (byte[] state : session.states) {
            while (replay.next(25) == Progress.OUT_OF_FUEL && replay.instance().fuel() < 0) {
                stops++;
                assertTrue(replay.instance().stack().depth() > 0);
            }
            assertArrayEquals(state, replay.instance().memory().array());
        }
        assertTrue(stops > 20, stops + " stops");
        assertNull(replay.next());
    }

    @Test
    void damagedAndForeignRecordingsAreRefused() throws IOException {
        Session session = session(Mode.PLAIN);
        String end = play(session.module, session.recording);
        for (int i = 0; i < session.recording.length; i += 1 + i / 200) {
            byte[] damaged = session.recording.clone();
            damaged[i] ^= 0x10;
            try {
                // The last record may be one that a power cut has left half written.
                assertNotEquals(end, play(session.module, damaged), "byte " + i);
            } catch (RecordingException | SnapshotException e) {
                assertTrue(e.getMessage().contains("record") || e.getMessage().contains("snapshot"), e.getMessage());
            }
            byte[] cut = Arrays.copyOf(session.recording, i);
            try {
                play(session.module, cut);
            } catch (RecordingException | SnapshotException e) {
                assertTrue(e.getMessage().contains("record") || e.getMessage().contains("snapshot"), e.getMessage());
            }
        }
        Wasm other = new Wasm();
        other.memory(1);
        assertThrows(SnapshotException.class, () -> play(WasmModule.parse(other.toArray()), session.recording));
    }

    /** How the recording ends. */
    private static String play(WasmModule module, byte[] recording) throws IOException {
        Replay replay = new Replay(module, new ByteArrayInputStream(recording));
        Progress progress;
        do {
            progress = replay.next();
        } while (progress != null);
        return replay.end();
    }
}
