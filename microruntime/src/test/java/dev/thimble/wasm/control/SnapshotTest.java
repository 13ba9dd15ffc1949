package dev.thimble.wasm.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.SnapshotException;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.translate.Mode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Instances that go on elsewhere, and snapshots that are refused. */
class SnapshotTest {
    private static final InstanceOptions OPTIONS = InstanceOptions.DEFAULT.withFuel(0);

    /** Goes on with a suspended run, in a new instance and another mode after every suspension. */
    private static Instance wander(WasmModule module, Instance first, int slice) {
        Instance instance = first;
        int moves = 0;
        while (instance.suspended() != null) {
            Mode mode = Mode.values()[moves++ % Mode.values().length];
            instance = module.translated(mode).restore(instance.snapshot(), SuspensionTest.imports(new SuspensionTest.Oracle(0)), OPTIONS);
            instance.fuel(instance.fuel() + slice);
            Call call = instance.suspended();
            if (call.resume() == Progress.FINISHED) {
                instance.fuel(call.i32Result(0));
            }
        }
        assertTrue(moves > 0);
        return instance;
    }

    @Test
    void runsGoOnInAnotherInstanceAndMode() {
        SuspensionTest.BODIES.forEach((name, body) -> {
            WasmModule module = SuspensionTest.module(body);
            for (int argument : new int[] {1, 2, 12}) {
                Imports prompt = SuspensionTest.imports(new SuspensionTest.Oracle(0));
                long expected = module.instantiate(prompt).function("run").call(argument)[0];
                for (int slice : new int[] {1, 13, 50}) {
                    Instance instance = module.instantiate(SuspensionTest.imports(new SuspensionTest.Oracle(1)), OPTIONS);
                    Call call = instance.function("run").newCall();
                    call.i32(0, argument);
                    assertEquals(Progress.OUT_OF_FUEL, call.start());
                    instance.fuel(instance.fuel() + slice);
                    call.resume();
                    // The last instance has the result in place of its fuel.
                    assertEquals((int) expected, (int) wander(module, instance, slice).fuel(), name + " of " + argument);
                }
            }
        });
    }

    private static Wasm everything() {
        Wasm wasm = new Wasm();
        wasm.type(Bytes.of(0x5F, 3, 0x7E, 1, 0x64, 0x6E, 1, 0x78, 1));
        wasm.type(Bytes.of(0x5E, 0x77, 1));
        wasm.memory(1).global("i64", true, "i64.const 7").global("v128", true, "v128.const 1 2").global("anyref", true, "ref.null any");
        wasm.global("f32", false, "f32.const 2.5");
        wasm.table("funcref", 3);
        wasm.dataCount(1);
        wasm.data(Bytes.of(1).sized(Bytes.of(1, 2, 3)));
        int change = wasm.function("->", "null:0", "i32.const 40000; i64.const -2; i64.store 3 0; i32.const 2; memory.grow 0; drop;"
                + " i64.const 99; global.set 0; v128.const 5 6; global.set 1; data.drop 0; ref.null func; i32.const 4; table.grow 0; drop;"
                + " i32.const 5; ref.func 0; table.set 0;"
                + " i64.const 11; i32.const 12; ref.i31; i32.const 13; struct.new 0; local.tee 0; global.set 2;"
                + " local.get 0; i32.const -5; i32.const 3; array.new 1; struct.set 0 1; nop");
        int check = wasm.function("-> i64", "null:0", "global.get 2; ref.cast_null 0; local.set 0; local.get 0; struct.get 0 0;"
                + " local.get 0; struct.get 0 1; ref.cast 1; i32.const 2; array.get_s 1; i64.extend_i32_s; i64.add;"
                + " local.get 0; struct.get_u 0 2; i64.extend_i32_u; i64.add; global.get 0; i64.mul");
        wasm.export("change", 0, change).export("check", 0, check).export("table", 1, 0).export("v", 3, 1);
        return wasm;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void allStateComesAlong(Mode mode) {
        WasmModule module = WasmModule.parse(everything().toArray()).translated(mode);
        Instance instance = module.instantiate(Imports.none());
        instance.function("change").call();
        long expected = instance.function("check").call()[0];
        assertEquals((11 - 5 + 13) * 99L, expected);
        Instance copy = module.restore(instance.snapshot(), Imports.none(), InstanceOptions.DEFAULT);
        assertNull(copy.suspended());
        assertEquals(expected, copy.function("check").call()[0]);
        assertEquals(3, copy.memory().pages());
        assertEquals(-2, copy.memory().getLong(40000));
        assertEquals(7, copy.table("table").size());
        assertEquals(6, copy.global("v").high());
        assertEquals(Arrays.hashCode(instance.snapshot()), Arrays.hashCode(instance.snapshot()), "the same state, the same bytes");
        copy.table("table").set(0, new Object());
        assertThrows(SnapshotException.class, copy::snapshot, "an object of the host");
        assertThrows(SnapshotException.class, () -> module.restore(instance.snapshot(), Imports.none(),
                InstanceOptions.DEFAULT.withMaxMemoryBytes(2 * 65536)), "less room");
    }

    @Test
    void whatIsDamagedOrForeignIsRefused() {
        WasmModule module = SuspensionTest.module(SuspensionTest.BODIES.get("deep"));
        Instance instance = module.instantiate(SuspensionTest.imports(new SuspensionTest.Oracle(1)));
        Call call = instance.function("run").newCall();
        call.i32(0, 3);
        assertEquals(Progress.WAITING, call.start());
        byte[] snapshot = instance.snapshot();
        Imports imports = SuspensionTest.imports(new SuspensionTest.Oracle(0));
        for (int i = 0; i < snapshot.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = snapshot.clone();
                damaged[i] ^= (byte) (1 << bit);
                assertThrows(SnapshotException.class, () -> module.restore(damaged, imports, OPTIONS));
            }
            byte[] cut = Arrays.copyOf(snapshot, i);
            assertThrows(SnapshotException.class, () -> module.restore(cut, imports, OPTIONS));
        }
        assertThrows(SnapshotException.class, () -> module.restore(Arrays.copyOf(snapshot, snapshot.length + 1), imports, OPTIONS));
        WasmModule other = SuspensionTest.module(SuspensionTest.BODIES.get("loop"));
        assertTrue(assertThrows(SnapshotException.class, () -> other.restore(snapshot, imports, OPTIONS)).getMessage().contains("another module"));
        byte[] later = snapshot.clone();
        later[7]++;
        assertTrue(assertThrows(SnapshotException.class, () -> module.restore(signed(later), imports, OPTIONS)).getMessage().contains("format 2"));
        assertEquals(Progress.FINISHED, module.restore(signed(snapshot.clone()), imports, OPTIONS.withFuel(1)).suspended().resume() , "the original is whole");
    }

    /** Forged contents under a right checksum are refused, or the run ends in some way that a module's run may. */
    @Test
    void forgedContentsDoNoHarm() {
        WasmModule module = SuspensionTest.module(SuspensionTest.BODIES.get("five"));
        Instance instance = module.instantiate(SuspensionTest.imports(new SuspensionTest.Oracle(1)), InstanceOptions.DEFAULT.withFuel(10_000));
        Call call = instance.function("run").newCall();
        call.i32(0, 3);
        assertEquals(Progress.WAITING, call.start());
        byte[] snapshot = instance.snapshot();
        int refused = 0;
        for (int i = 8 + Format.HASH; i < snapshot.length - Format.CHECKSUM; i++) {
            for (int value : new int[] {0, 1, 0x7F, 0x80, 0xFF}) {
                byte[] forged = snapshot.clone();
                forged[i] = (byte) value;
                try {
                    Instance restored = module.restore(signed(forged), SuspensionTest.imports(new SuspensionTest.Oracle(0)), OPTIONS);
                    restored.fuel(10_000);
                    if (restored.suspended() != null) {
                        restored.suspended().resume();
                    }
                } catch (SnapshotException | dev.thimble.wasm.api.Trap | dev.thimble.wasm.api.WasmException e) {
                    refused++;
                }
            }
        }
        assertTrue(refused > 0);
    }

    private static byte[] signed(byte[] snapshot) {
        CRC32 checksum = new CRC32();
        checksum.update(snapshot, 0, snapshot.length - 4);
        ByteBuffer.wrap(snapshot).putInt(snapshot.length - 4, (int) checksum.getValue());
        return snapshot;
    }

    @Test
    void aStartFunctionMayBeSuspendedAndMoved() {
        Wasm wasm = new Wasm();
        int type = wasm.type("i32 -> i32");
        wasm.importFunction("env", "ask", type).memory(1);
        wasm.start(1 + wasm.function("->", "", "i32.const 8; i32.const 5; call 0; i32.store 2 0"));
        WasmModule module = WasmModule.parse(wasm.toArray());
        Instance instance = module.link(SuspensionTest.imports(new SuspensionTest.Oracle(1)), InstanceOptions.DEFAULT);
        assertEquals(Progress.WAITING, instance.startFunction().start());
        Instance copy = module.restore(instance.snapshot(), SuspensionTest.imports(new SuspensionTest.Oracle(0)), InstanceOptions.DEFAULT);
        assertEquals(Progress.FINISHED, copy.suspended().resume());
        assertEquals(16, copy.memory().getInt(8));
        assertEquals(Progress.FINISHED, instance.suspended().resume());
        assertEquals(16, instance.memory().getInt(8));
    }
}
