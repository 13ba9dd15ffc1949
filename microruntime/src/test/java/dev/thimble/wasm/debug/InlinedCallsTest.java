package dev.thimble.wasm.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.StackFrame;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.binary.CustomSections;
import dev.thimble.wasm.binary.ModuleDecoder;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.structure.Module;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that clang has inlined at -O2, with DWARF 4 and 5. */
class InlinedCallsTest {
    private static List<StackFrame> frames(byte[] binary, int... offsets) {
        var module = ModuleDecoder.decode(binary, Limits.DEFAULT, new ModuleDecoder.Listener() {
            @Override
            public void beforeBodies(Module decoded) {
            }

            @Override
            public void body(Module decoded, int function) {
            }
        });
        return new ModuleSymbols(module).frames(offsets);
    }

    private static Trap trap(byte[] binary, String export, long argument) {
        var instance = WasmModule.parse(binary).instantiate(Imports.none());
        return assertThrows(Trap.class, () -> instance.function(export).call(argument));
    }

    /** What llvm-symbolizer says of each instruction, see {@code build.sh}. */
    private static List<String> expected(String name) throws IOException {
        return new String(StackTraceTest.program(name + ".txt"), StandardCharsets.UTF_8).lines().toList();
    }

    private static int offset(String expected) {
        return Integer.parseInt(expected.substring(0, 6), 16);
    }

    /** Line 0 is code of no line. */
    @ParameterizedTest
    @ValueSource(strings = {"inline4", "inline5", "units"})
    void everyInstructionIsWhereLlvmSaysItIs(String name) throws IOException {
        List<String> expected = expected(name);
        List<StackFrame> frames = frames(StackTraceTest.program(name + ".wasm"), expected.stream().mapToInt(InlinedCallsTest::offset).toArray());
        assertTrue(expected.stream().filter(line -> line.contains(", ")).count() > 20);
        for (int i = 0; i < expected.size(); i++) {
            StackFrame frame = frames.get(i);
            var text = new StringBuilder(String.format("%06x: ", frame.offset()));
            String place = frame.source();
            for (StackFrame.Inlined call : frame.inlined()) {
                text.append(call.functionName()).append(' ').append(place).append(", ");
                place = call.file() + ":" + call.line();
            }
            assertEquals(expected.get(i).replace(":0", ""), text.append(frame.functionName()).append(' ').append(place).toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline4.wasm", "inline5.wasm"})
    void aTraceShowsThem(String file) throws IOException {
        byte[] binary = StackTraceTest.program(file);
        Trap trap = trap(binary, "run", 0x7FFF_0000);
        assertTrue(trap.getMessage().matches("out of bounds memory access in load, inlined into function 1 \\(both\\) at 0x[0-9a-f]+, inline.c:12"),
                trap.getMessage());
        assertTrue(trap.trace().lines().get(0).matches("#0 load \\(inline.c:12\\), inlined into weigh \\(inline.c:16\\), inlined into total"
                + " \\(inline.c:26\\), inlined into both \\(function 1\\) at 0x[0-9a-f]+ \\(inline.c:32\\)"), trap.trace().toString());
        assertTrue(trap.trace().lines().get(1).matches("#1 run \\(function 0\\) at 0x[0-9a-f]+ \\(inline.c:41\\)"), trap.trace().toString());
        Trap division = trap(binary, "divide", 59);
        assertEquals(Trap.Kind.DIVIDE_BY_ZERO, division.kind());
        assertEquals("inline.c:18", division.trace().frames().get(0).source());
        assertEquals(List.of("weigh", "total"), division.trace().frames().get(0).inlined().stream().map(StackFrame.Inlined::functionName).toList());
    }

    /** Every byte of the sections, changed in several ways: what was inlined may be lost or wrong, and the frames stay. */
    @ParameterizedTest
    @ValueSource(strings = {"inline4", "inline5", "units"})
    void damageCostsOnlyTheInlinedCalls(String name) throws IOException {
        byte[] binary = StackTraceTest.program(name + ".wasm");
        int offset = offset(expected(name).stream().filter(line -> line.contains(", ")).toList().getLast());
        StackFrame sound = frames(binary, offset).get(0);
        Random random = new Random(5);
        int lost = 0;
        for (String section : List.of("info", "abbrev", "ranges", "rnglists", "addr", "str_offsets", "str", "line", "line_str")) {
            var bytes = CustomSections.find(binary, ".debug_" + section);
            for (int at = bytes == null ? 0 : bytes.position(); bytes != null && at < bytes.end(); at++) {
                for (int value : new int[] {0, 0xFF, 0x80, random.nextInt(256)}) {
                    byte[] damaged = binary.clone();
                    damaged[at] = (byte) value;
                    StackFrame frame = frames(damaged, offset).get(0);
                    assertEquals(sound.functionName(), frame.functionName());
                    assertTrue(section.startsWith("line") || section.equals("str") || frame.source().equals(sound.source()), frame.toString());
                    lost += frame.inlined().isEmpty() ? 1 : 0;
                }
            }
        }
        assertTrue(lost > 500, lost + " without inlined calls");
    }

    /** One entry takes a byte, and ten thousand attributes without a byte or ten thousand ranges. */
    @ParameterizedTest
    @CsvSource({"10000, 1", "1, 10000"})
    void workIsBounded(int attributes, int ranges) {
        assertEquals(10, inlined(attributes, ranges, 10).size());
        assertEquals(List.of(), inlined(attributes, ranges, 1_000_000));
    }

    private static List<StackFrame.Inlined> inlined(int attributes, int ranges, int entries) {
        Bytes abbreviations = Bytes.of(1, 0x1D, 0, 0x55, 0x21, 0);
        Bytes list = new Bytes();
        for (int i = 0; i < attributes; i++) {
            abbreviations.raw(0x3F, 0x19);
        }
        for (int i = 0; i < ranges; i++) {
            list.little(1, 4).little(1_000_000, 4);
        }
        byte[] codes = new byte[1 + entries];
        Arrays.fill(codes, (byte) 1);
        byte[] unit = new Bytes().little(4, 2).little(0, 4).raw(4).raw(codes).toArray();
        Wasm wasm = new Wasm();
        wasm.export("run", 0, wasm.function("i32 ->", "", "unreachable"));
        byte[] binary = wasm.toBytes().raw(Wasm.custom(".debug_info", new Bytes().little(unit.length, 4).raw(unit)))
                .raw(Wasm.custom(".debug_abbrev", abbreviations.raw(0, 0, 0))).raw(Wasm.custom(".debug_ranges", list.little(0, 8))).toArray();
        return trap(binary, "run", 0).trace().frames().get(0).inlined();
    }
}
