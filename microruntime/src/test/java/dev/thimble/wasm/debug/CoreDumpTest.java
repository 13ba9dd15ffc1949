package dev.thimble.wasm.debug;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.ExportType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.CustomSections;
import dev.thimble.wasm.encode.Wasm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumps are read back by the engine's own decoder, and by wasm-objdump where it is. */
class CoreDumpTest {
    @TempDir Path folder;

    private static byte[] dump() {
        Wasm wasm = new Wasm();
        wasm.memory(3);
        wasm.global("i32", true, "i32.const -7");
        wasm.global("f64", false, "f64.const 1.5");
        int fail = wasm.function("i32 i64 -> i32", "f32 f64 v128 i32",
                "f32.const 2.5; local.set 2; f64.const -0.5; local.set 3; i32.const 70000; local.get 0; i32.store 2 0;"
                        + "i32.const 9; local.set 5; i32.const 11; global.set 0; unreachable");
        wasm.export("run", 0, wasm.function("i32 -> i32", "", "local.get 0; i64.const -5000000000; call " + fail));
        Instance instance = WasmModule.parse(wasm.toArray()).instantiate(Imports.none());
        Trap trap = assertThrows(Trap.class, () -> instance.function("run").call(-123));
        return instance.coreDump("sample", trap.trace());
    }

    @Test
    void stackLocalsAndGlobalsAreThere() {
        byte[] dump = dump();
        ByteReader core = CustomSections.find(dump, "core");
        assertEquals(0, core.u8());
        assertEquals("sample", core.name());
        ByteReader modules = CustomSections.find(dump, "coremodules");
        assertEquals(List.of(1, 0), List.of(modules.index(), modules.u8()));
        assertEquals("sample", modules.name());
        ByteReader instances = CustomSections.find(dump, "coreinstances");
        assertEquals(List.of(1, 0, 0, 1, 0, 2, 0, 1), rest(instances));
        ByteReader stack = CustomSections.find(dump, "corestack");
        assertEquals(0, stack.u8());
        assertEquals("main", stack.name());
        assertEquals(2, stack.index(), "frames");
        assertEquals(List.of(0, 0, 0), List.of(stack.u8(), stack.index(), stack.index()), "the first: instance and function");
        assertTrue(stack.index() > 20, "offset in the function");
        assertEquals(6, stack.index(), "locals");
        assertEquals(0x7F, stack.u8());
        assertEquals(-123, stack.s32());
        assertEquals(0x7E, stack.u8());
        assertEquals(-5_000_000_000L, stack.s64());
        assertEquals(0x7D, stack.u8());
        assertEquals(2.5f, Float.intBitsToFloat(stack.i32Bits()));
        assertEquals(0x7C, stack.u8());
        assertEquals(-0.5, Double.longBitsToDouble(stack.i64Bits()));
        assertEquals(0x01, stack.u8(), "a vector is missing");
        assertEquals(0x7F, stack.u8());
        assertEquals(9, stack.s32());
        assertEquals(0, stack.index(), "operands");
        assertEquals(List.of(0, 0, 1), List.of(stack.u8(), stack.index(), stack.index()), "the second");
    }

    private static List<Integer> rest(ByteReader in) {
        List<Integer> bytes = new ArrayList<>();
        while (!in.atEnd()) {
            bytes.add(in.u8());
        }
        return bytes;
    }

    /** A dump is a valid module: its instance has the memory that the program left. */
    @Test
    void memoryIsThere() {
        byte[] dump = dump();
        assertTrue(dump.length < 2 << 16, "what is zero takes no room: " + dump.length);
        Instance instance = WasmModule.parse(dump).instantiate(Imports.none());
        assertEquals(3, instance.memory().pages());
        assertEquals(-123, instance.memory().getInt(70_000));
        assertEquals(List.<ExportType>of(), instance.module().exports());
    }

    @Test
    void otherToolsReadIt() throws IOException, InterruptedException {
        Path tool = Path.of("/usr/bin/wasm-objdump");
        if (!Files.isExecutable(tool)) {
            System.err.println("SKIPPED: core dumps were not shown to " + tool + ", which is missing");
        }
        assumeTrue(Files.isExecutable(tool), "no wasm-objdump");
        Path file = Files.write(folder.resolve("core"), dump());
        Path out = folder.resolve("out");
        assertEquals(0, new ProcessBuilder(tool.toString(), "-x", file.toString()).redirectOutput(out.toFile())
                .redirectErrorStream(true).start().waitFor());
        String text = Files.readString(out);
        assertTrue(text.contains("i32=11") && text.contains("pages: initial=3") && text.contains("corestack"), text);
    }

    @Test
    void aProgramWithNothingInItHasADumpToo() {
        Wasm wasm = new Wasm();
        wasm.export("run", 0, wasm.function("->", "", "unreachable"));
        Instance instance = WasmModule.parse(wasm.toArray()).instantiate(Imports.none());
        Trap trap = assertThrows(Trap.class, () -> instance.function("run").call());
        byte[] dump = instance.coreDump("", trap.trace());
        assertNotNull(WasmModule.parse(dump));
        assertArrayEquals(new byte[] {0, 'a', 's', 'm'}, java.util.Arrays.copyOf(dump, 4));
    }
}
