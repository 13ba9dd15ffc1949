package dev.thimble.wasm.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A field or element that has been read keeps its value, whatever is written while it waits on the operand stack. */
class HeapOrderTest {
    private final Wasm wasm = new Wasm();
    private final int struct = wasm.type(Bytes.of(0x5F, 3, 0x7F, 1, 0x7B, 1, 0x78, 1));
    private final int array = wasm.type(Bytes.of(0x5E, 0x7F, 1));
    private int functions;

    private void function(String name, String signature, String locals, String code) {
        wasm.function(signature, locals, code);
        wasm.export(name, 0, functions++);
    }

    private Instance instance(Mode mode) {
        return WasmModule.parse(wasm.toArray()).translated(mode).instantiate(Imports.none());
    }

    private static String newStruct(int value) {
        return "i32.const " + value + "; v128.const 1 2; i32.const 3; struct.new 0; local.set 0; ";
    }

    private static String newArray(int value) {
        return "i32.const " + value + "; i32.const 4; array.new 1; local.set 0; ";
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void readsComeBeforeLaterWrites(Mode mode) {
        function("field", "-> i32", "null:0",
                newStruct(5) + "local.get 0; struct.get 0 0; local.get 0; i32.const 9; struct.set 0 0");
        function("element", "-> i32", "null:1",
                newArray(6) + "local.get 0; i32.const 2; array.get 1; local.get 0; i32.const 2; i32.const 9; array.set 1");
        function("fill", "-> i32", "null:1",
                newArray(7) + "local.get 0; i32.const 2; array.get 1; "
                        + "local.get 0; i32.const 0; i32.const 9; i32.const 4; array.fill 1");
        function("packed", "-> i32", "null:0",
                newStruct(5) + "local.get 0; struct.get_u 0 2; local.get 0; i32.const -1; struct.set 0 2");
        function("vector", "-> v128", "null:0",
                newStruct(5) + "local.get 0; struct.get 0 1; local.get 0; v128.const 8 8; struct.set 0 1");
        function("set", "null:0 ->", "", "local.get 0; i32.const 77; struct.set 0 0");
        function("call", "-> i32", "null:0", newStruct(8) + "local.get 0; struct.get 0 0; local.get 0; call 5");
        Instance instance = instance(mode);
        assertEquals(5, instance.function("field").call()[0]);
        assertEquals(6, instance.function("element").call()[0]);
        assertEquals(7, instance.function("fill").call()[0]);
        assertEquals(3, instance.function("packed").call()[0]);
        assertEquals(1, instance.function("vector").call()[0]);
        assertEquals(8, instance.function("call").call()[0]);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void writesAreSeenByLaterReads(Mode mode) {
        function("packed", "-> i32", "null:0",
                newStruct(5) + "local.get 0; i32.const 511; struct.set 0 2; local.get 0; struct.get_s 0 2; "
                        + "local.get 0; struct.get_u 0 2; i32.add");
        function("copy", "-> i32", "null:1",
                newArray(1) + "local.get 0; i32.const 0; i32.const 40; array.set 1; "
                        + "local.get 0; i32.const 1; local.get 0; i32.const 0; i32.const 3; array.copy 1 1; "
                        + "local.get 0; i32.const 1; array.get 1; local.get 0; i32.const 2; array.get 1; i32.add; "
                        + "local.get 0; array.len; i32.add");
        Instance instance = instance(mode);
        assertEquals(254, instance.function("packed").call()[0]);
        assertEquals(45, instance.function("copy").call()[0]);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void trapsComeBeforeLaterEffects(Mode mode) {
        wasm.global("i32", true, "i32.const 0").export("effect", 3, 0);
        String effect = "; i32.const 1; global.set 0; drop";
        function("struct", "->", "", "ref.null 0; struct.get 0 0" + effect);
        function("array", "->", "", "ref.null 1; array.len" + effect);
        function("index", "->", "", "i32.const 4; array.new_default 1; i32.const 4; array.get 1" + effect);
        function("cast", "->", "", "i32.const 4; ref.i31; ref.cast 0" + effect);
        function("i31", "->", "", "ref.null i31; i31.get_s" + effect);
        Instance instance = instance(mode);
        Object[][] expected = {{"struct", Trap.Kind.NULL_STRUCTURE_REFERENCE}, {"array", Trap.Kind.NULL_ARRAY_REFERENCE},
            {"index", Trap.Kind.ARRAY_OUT_OF_BOUNDS}, {"cast", Trap.Kind.CAST_FAILURE}, {"i31", Trap.Kind.NULL_I31_REFERENCE}};
        for (Object[] one : expected) {
            Trap trap = assertThrows(Trap.class, () -> instance.function((String) one[0]).call());
            assertEquals(one[1], trap.kind());
            assertEquals(0, instance.global("effect").bits(), (String) one[0]);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void listsAreBuiltAndWalked(Mode mode) {
        var list = new Wasm();
        int cell = list.type(Bytes.of(0x5F, 2, 0x7F, 0, 0x63, 0, 1));
        assertEquals(0, cell);
        list.function("i32 -> i32", "null:0 i32",
                "loop -; local.get 0; local.get 1; struct.new 0; local.set 1; "
                        + "local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; "
                        + "loop -; local.get 2; local.get 1; struct.get 0 0; i32.add; local.set 2; "
                        + "local.get 1; struct.get 0 1; local.tee 1; ref.is_null; i32.eqz; br_if 0; end; local.get 2");
        Instance instance = WasmModule.parse(list.export("sum", 0, 0).toArray()).translated(mode).instantiate(Imports.none());
        assertEquals(20_000 * 20_001 / 2, (int) instance.function("sum").call(20_000)[0]);
        assertEquals(1, struct + array);
    }
}
