package dev.thimble.wasm.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.encode.Wasm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ListingTest {
    @Test
    void instructionsWithOffsetsNestingAndNames() {
        Wasm wasm = new Wasm();
        wasm.memory(1);
        wasm.function("i32 -> i32", "", "local.get 0; i32.load 0 65536");
        int run = wasm.function("-> i32", "i64", "i64.const -3; local.set 0; block i32; i32.const 5; call 0; loop -; nop; end; end");
        wasm.export("run", 0, run).export("first", 0, 0);
        byte[] binary = wasm.toArray();
        WasmModule module = WasmModule.parse(binary);
        assertEquals(List.of("  local.get 0", "  i32.load offset=65536 align=1", "end"), bare(module, 0));
        assertEquals(List.of("  local 1 × i64", "  i64.const -3", "  local.set 0", "  block i32", "    i32.const 5",
                "    call 0  ;; first", "    loop", "      nop", "    end", "  end", "end"), bare(module, run));
        String load = module.disassemble(0).get(1);
        assertEquals(0x28, binary[Integer.parseInt(load.substring(0, 8), 16)] & 0xFF, "the offset is that of i32.load");
    }

    private static List<String> bare(WasmModule module, int function) {
        return module.disassemble(function).stream().map(line -> line.substring(10)).toList();
    }

    @Test
    void featuresAreThoseOfTheInstructionsAndMemories() {
        Wasm wasm = new Wasm();
        wasm.memory(1);
        wasm.memory(1);
        wasm.function("i32 -> i32", "i64 v128", "local.get 0; i32.extend8_s; i32.const 0; i32.const 0; i32.const 0; memory.fill 0");
        assertEquals(Set.of("sign-extension", "bulk-memory", "multi-memory"), WasmModule.parse(wasm.toArray()).features());
        assertEquals(Set.of(), WasmModule.parse(Wasm.header().toArray()).features());
    }

    /** Every function of the test programs, to its last byte. */
    @Test
    void realProgramsAreListed() throws IOException {
        int lines = 0;
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "resources"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".wasm")).toList()) {
                WasmModule module = WasmModule.parse(Files.readAllBytes(file));
                for (WasmModule.FunctionInfo function : module.functions()) {
                    if (function.end() > 0) {
                        List<String> listing = module.disassemble(function.index());
                        assertTrue(listing.get(listing.size() - 1).matches("[0-9a-f]{8}  end"), file + " " + listing);
                        lines += listing.size();
                    }
                }
            }
        }
        assertTrue(lines > 10_000, lines + " lines");
    }
}
