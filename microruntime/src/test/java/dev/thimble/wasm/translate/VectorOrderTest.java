package dev.thimble.wasm.translate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.encode.Wasm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors on the operand stack, in locals, calls, blocks and globals, and the edges of memory. */
class VectorOrderTest {
    private static final int PAGE = 1 << 16;

    private final Wasm wasm = new Wasm().memory(1).export("memory", 2, 0);
    private int functions;

    private void function(String name, String signature, String locals, String code) {
        wasm.function(signature, locals, code);
        wasm.export(name, 0, functions++);
    }

    private Instance instance(Mode mode) {
        return WasmModule.parse(wasm.toArray()).translated(mode).instantiate(Imports.none());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void vectorsKeepTheirValuesWhileTheyWait(Mode mode) {
        wasm.global("v128", true, "v128.const 5 6");
        function("local", "v128 -> v128", "", "local.get 0; v128.const 3 4; local.set 0");
        function("tee", "v128 -> v128", "v128", "local.get 0; v128.const 1 1; local.tee 0; i64x2.add; local.tee 1; local.get 0; i64x2.sub");
        function("global", "-> v128", "", "global.get 0; v128.const 9 9; global.set 0; global.get 0; i64x2.add");
        function("swap", "v128 v128 -> v128 v128", "", "local.get 1; local.get 0");
        function("call", "v128 v128 -> v128", "", "local.get 0; local.get 0; local.get 1; call 3; i64x2.sub; i64x2.add");
        function("select", "i32 v128 v128 -> v128", "", "local.get 1; local.get 2; local.get 0; select");
        function("block", "i32 v128 -> v128", "",
                "block v128; local.get 1; local.get 0; br_if 0; v128.const 1 1; i64x2.add; end; v128.const 10 10; i64x2.add");
        function("widths", "i32 i64 -> v128", "",
                "local.get 0; i64.extend_i32_u; i64x2.splat; local.get 1; i64x2.splat; i64x2.add; local.get 1; i64x2.replace_lane 1");
        Instance instance = instance(mode);
        assertArrayEquals(new long[] {1, 2}, instance.function("local").call(1, 2));
        assertArrayEquals(new long[] {1, 2}, instance.function("tee").call(1, 2));
        assertArrayEquals(new long[] {14, 15}, instance.function("global").call());
        assertArrayEquals(new long[] {3, 4, 1, 2}, instance.function("swap").call(1, 2, 3, 4));
        assertArrayEquals(new long[] {10 + 30 - 10, 20 + 40 - 20}, instance.function("call").call(10, 20, 30, 40));
        assertArrayEquals(new long[] {1, 2}, instance.function("select").call(1, 1, 2, 3, 4));
        assertArrayEquals(new long[] {3, 4}, instance.function("select").call(0, 1, 2, 3, 4));
        assertArrayEquals(new long[] {11, 12}, instance.function("block").call(1, 1, 2));
        assertArrayEquals(new long[] {12, 13}, instance.function("block").call(0, 1, 2));
        assertArrayEquals(new long[] {7, 4}, instance.function("widths").call(3, 4));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aStoreBeyondTheEndWritesNothing(Mode mode) {
        function("store", "i32 ->", "", "local.get 0; v128.const -1 -1; v128.store 4 0");
        function("far", "i32 ->", "", "local.get 0; v128.const -1 -1; v128.store 4 2147483640");
        function("lane", "i32 ->", "", "local.get 0; v128.const -1 -1; v128.store32_lane 2 0 1");
        function("load", "i32 -> i64", "", "local.get 0; v128.load 4 0; i64x2.extract_lane 1");
        Instance instance = instance(mode);
        for (int at : new int[] {PAGE - 15, PAGE - 8, PAGE - 1, PAGE, -1, -8, -16, Integer.MIN_VALUE}) {
            for (String name : new String[] {"store", "far", "load"}) {
                Trap trap = assertThrows(Trap.class, () -> instance.function(name).call(at), name + " at " + at);
                assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap.kind());
            }
        }
        assertThrows(Trap.class, () -> instance.function("lane").call(PAGE - 3));
        for (int i = 0; i < PAGE; i += 8) {
            assertEquals(0, instance.memory().getLong(i));
        }
        instance.function("store").call(PAGE - 16);
        assertEquals(-1, instance.function("load").call(PAGE - 16)[0]);
        assertEquals(0, instance.memory().getByte(PAGE - 17));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aLoadComesBeforeALaterStore(Mode mode) {
        function("order", "-> i64", "",
                "i32.const 0; v128.const 7 7; v128.store 4 0; i32.const 0; v128.load 4 0; "
                        + "i32.const 0; v128.const 8 8; v128.store 4 0; i64x2.extract_lane 1");
        function("scalar", "-> i64", "",
                "i32.const 0; i64.load 3 8; i32.const 0; v128.const 9 9; v128.store 4 0");
        Instance instance = instance(mode);
        assertEquals(7, instance.function("order").call()[0]);
        assertEquals(8, instance.function("scalar").call()[0]);
    }
}
