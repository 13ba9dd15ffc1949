package dev.thimble.wasm.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.GlobalType;
import dev.thimble.wasm.api.LinkException;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.TableType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkingTest {
    private static Instance instantiate(Wasm wasm, Imports imports) {
        return WasmModule.parse(wasm.toArray()).instantiate(imports);
    }

    private static LinkException refused(Wasm wasm, Imports.Builder imports) {
        return assertThrows(LinkException.class, () -> instantiate(wasm, imports.build()));
    }

    @Test
    void namesEverythingThatIsWrong() {
        Wasm wasm = new Wasm();
        int type = wasm.type("i32 -> i32");
        wasm.importFunction("env", "missing", type).importFunction("env", "wrong", type);
        wasm.importAny("env", "small", Bytes.of(2, 0, 4)).importGlobal("env", "mutable", "i32", true);
        wasm.importAny("env", "kind", Bytes.of(1, 0x70, 0, 1)).importFunction("env", "right", type);
        Imports.Builder imports = Imports.builder().function("env", "wrong", FunctionType.of(ValueType.I64), call -> { })
                .memory("env", "small", new Memory(MemoryType.of(1, 9)))
                .global("env", "mutable", new Global(new GlobalType(ValueType.I32, false), 1))
                .memory("env", "kind", new Memory(MemoryType.of(1, 1)))
                .function("env", "right", FunctionType.of(ValueType.I32).returning(ValueType.I32), call -> { });
        List<String> problems = refused(wasm, imports).problems();
        assertEquals(5, problems.size());
        assertEquals("unknown import \"env\" \"missing\": function (i32) -> (i32) is not offered", problems.get(0));
        assertEquals("incompatible import type for \"env\" \"wrong\": the module needs a function (i32) -> (i32), offered is (i64) -> ()",
                problems.get(1));
        assertTrue(problems.get(2).contains("at least 4 pages, offered is one of 1"), problems.get(2));
        assertTrue(problems.get(3).contains("needs a mutable global of i32"), problems.get(3));
        assertTrue(problems.get(4).contains("needs a table, offered is a memory"), problems.get(4));
    }

    @Test
    void limitsOfMemoriesAndTablesMustFit() {
        Wasm bounded = new Wasm().importAny("m", "x", Bytes.of(2, 1, 1, 2));
        refused(bounded, Imports.builder().memory("m", "x", new Memory(MemoryType.of(1, MemoryType.UNBOUNDED))));
        refused(bounded, Imports.builder().memory("m", "x", new Memory(MemoryType.of(1, 3))));
        refused(bounded, Imports.builder().memory("m", "x", new Memory(new MemoryType(true, 1, 2, false, 16))));
        refused(bounded, Imports.builder().memory("m", "x", new Memory(new MemoryType(false, 1, 2, true, 16))));
        refused(bounded, Imports.builder().memory("m", "x", new Memory(new MemoryType(false, 1, 2, false, 0))));
        Memory grown = new Memory(MemoryType.of(0, 2));
        grown.grow(1);
        instantiate(bounded, Imports.builder().memory("m", "x", grown).build());
        Wasm table = new Wasm().importAny("m", "t", Bytes.of(1, 0x6F, 0, 2));
        refused(table, Imports.builder().table("m", "t", new Table(new TableType(ValueType.FUNCREF, false, 2, 2), null, 9)));
        refused(table, Imports.builder().table("m", "t", new Table(new TableType(ValueType.EXTERNREF, true, 2, 2), null, 9)));
        instantiate(table, Imports.builder().table("m", "t", new Table(new TableType(ValueType.EXTERNREF, false, 2, 2), null, 9)).build());
    }

    @Test
    void functionTypesOfOtherModulesAreComparedByIdentityOfTheirGroups() {
        Wasm exporter = new Wasm();
        exporter.type(Bytes.of(0x50, 0, 0x60, 0, 0));
        exporter.type(Bytes.of(0x4F, 1, 0, 0x60, 0, 0));
        exporter.function(1, "", "");
        exporter.function(0, "", "");
        Imports offered = Imports.builder().instance("m", instantiate(exporter.export("sub", 0, 0).export("open", 0, 1), Imports.none()))
                .build();
        Wasm wantsOpen = new Wasm();
        wantsOpen.type(Bytes.of(0x50, 0, 0x60, 0, 0));
        instantiate(wantsOpen.importFunction("m", "sub", 0).importFunction("m", "open", 0), offered);
        Wasm wantsPlain = new Wasm();
        wantsPlain.type("->");
        LinkException e = assertThrows(LinkException.class, () -> instantiate(wantsPlain.importFunction("m", "sub", 0), offered));
        assertTrue(e.getMessage().startsWith("incompatible import type"));
    }

    @Test
    void instancesShareWhatTheyImport() {
        Wasm exporter = new Wasm().memory(1).global("i32", true, "i32.const 5");
        exporter.function("-> i32", "", "i32.const 9");
        exporter.function("i32 ->", "", "local.get 0; global.set 0");
        Instance a = instantiate(exporter.export("m", 2, 0).export("g", 3, 0).export("f", 0, 0).export("set", 0, 1), Imports.none());
        Wasm importer = new Wasm();
        int type = importer.type("-> i32");
        importer.importFunction("a", "f", type).importGlobal("a", "g", "i32", true).importAny("a", "m", Bytes.of(2, 0, 1));
        importer.function(type, "", "call 0; global.get 0; i32.add");
        Instance b = instantiate(importer.data(3, 7, 8).export("sum", 0, 1), Imports.builder().instance("a", a).build());
        assertEquals(7, a.memory().getByte(3));
        assertEquals(14, b.function("sum").call()[0]);
        a.function("set").call(100);
        assertEquals(109, b.function("sum").call()[0]);
        assertSame(a.memory(), b.memory());
        assertNull(b.function("nothing"));
    }

    @Test
    void evaluatesConstantExpressions() {
        Wasm wasm = new Wasm();
        wasm.type(Bytes.of(0x5F, 2, 0x7F, 1, 0x6C, 0));
        wasm.type(Bytes.of(0x5E, 0x7E, 1));
        wasm.importGlobal("e", "base", "i32", false);
        wasm.global("i32", false, "global.get 0; i32.const 3; i32.mul; i32.const -1; i32.sub");
        wasm.global("v128", false, "v128.const 1 2");
        wasm.global("null:0", false, "i32.const 4; i32.const 6; ref.i31; struct.new 0");
        wasm.global("null:1", false, "i64.const 8; i64.const 9; array.new_fixed 1 2");
        wasm.global("anyref", false, "ref.null extern; any.convert_extern");
        wasm.function("-> i32", "", "global.get 3; struct.get 0 1; i31.get_s; global.get 4; i32.const 1; array.get 1; i32.wrap_i64; i32.add");
        wasm.export("g", 3, 1).export("v", 3, 2).export("f", 0, 0);
        Instance instance = instantiate(wasm, Imports.builder().global("e", "base", new Global(new GlobalType(ValueType.I32, false), 7)).build());
        assertEquals(22, instance.global("g").bits());
        assertEquals(1, instance.global("v").bits());
        assertEquals(2, instance.global("v").high());
        assertArrayEquals(new long[] {15}, instance.function("f").call());
    }

    @Test
    void segmentsThatDoNotFitTrapAndEarlierOnesStay() {
        Memory memory = new Memory(MemoryType.of(1, 1));
        Imports imports = Imports.builder().memory("m", "x", memory).build();
        Wasm wasm = new Wasm().importAny("m", "x", Bytes.of(2, 0, 1)).data(5, 42).data(65535, 1, 2);
        Trap trap = assertThrows(Trap.class, () -> instantiate(wasm, imports));
        assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap.kind());
        assertEquals(42, memory.getByte(5));
        Wasm table = new Wasm().table("funcref", 1);
        table.function("->", "", "");
        assertEquals(Trap.Kind.TABLE_OUT_OF_BOUNDS, assertThrows(Trap.class, () -> instantiate(table.element(1, 0), Imports.none())).kind());
    }

    @Test
    void theStartFunctionRunsAndItsTrapIsLocated() {
        Wasm wasm = new Wasm().memory(1);
        int type = wasm.type("->");
        wasm.function(type, "", "i32.const 0; i32.const 77; i32.store 2 0");
        assertEquals(77, instantiate(wasm.start(0), Imports.none()).memory().getInt(0));
        Wasm bad = new Wasm();
        bad.function("->", "", "unreachable");
        byte[] binary = bad.export("boom", 0, 0).start(0).toArray();
        Trap trap = assertThrows(Trap.class, () -> WasmModule.parse(binary).instantiate(Imports.none()));
        assertEquals(Trap.Kind.UNREACHABLE, trap.kind());
        assertEquals(0, trap.functionIndex());
        assertEquals("boom", trap.functionName());
        assertEquals(0, binary[trap.offset()]);
    }

    @Test
    void whatIsLargerThanAllowedIsRefusedNotAllocated() {
        InstanceOptions small = InstanceOptions.DEFAULT.withMaxMemoryBytes(1 << 20);
        WasmModule gibibyte = WasmModule.parse(new Wasm().memory(16384).toArray());
        LinkException e = assertThrows(LinkException.class, () -> gibibyte.instantiate(Imports.none(), small));
        assertTrue(e.getMessage().contains("memory 0"), e.getMessage());
        WasmModule table = WasmModule.parse(new Wasm().table("funcref", 4_000_000_000L).toArray());
        assertThrows(LinkException.class, () -> table.instantiate(Imports.none()));
        WasmModule wide = WasmModule.parse(new Wasm().memory(Bytes.of(4).u32(1L << 40)).toArray());
        assertThrows(LinkException.class, () -> wide.instantiate(Imports.none()));
        WasmModule shared = WasmModule.parse(new Wasm().memory(Bytes.of(3).u32(1).u32(65536)).toArray());
        assertEquals(65536, shared.instantiate(Imports.none(), small).memory().size());
    }

    @Test
    void aMemoryOfOneBytePages() {
        Instance instance = instantiate(new Wasm().memory(Bytes.of(9).u32(10).u32(20).raw(0)), Imports.none());
        assertEquals(10, instance.memory().size());
        assertEquals(10, instance.memory().grow(10));
        assertEquals(-1, instance.memory().grow(1));
    }
}
