package dev.thimble.wasm.debug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.StackFrame;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.binary.CustomSections;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.translate.Mode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StackTraceTest {
    private static final int OUTSIDE = 0x7FFF_0000;

    static byte[] program(String name) throws IOException {
        try (var in = StackTraceTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static Trap trap(WasmModule module, String export, long argument) {
        Instance instance = module.instantiate(Imports.none());
        return assertThrows(Trap.class, () -> instance.function(export).call(argument));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trace4.wasm", "trace5.wasm"})
    void aTrapShowsFunctionsAndSourceLines(String file) throws IOException {
        WasmModule module = WasmModule.parse(program(file));
        for (Mode mode : Mode.values()) {
            Trap trap = trap(module.translated(mode), "run", OUTSIDE);
            List<StackFrame> frames = trap.trace().frames();
            assertEquals(List.of("load", "sum", "run"), frames.stream().map(StackFrame::functionName).toList());
            assertEquals(List.of("trace.c:6", "trace.c:12", "trace.c:19"), frames.stream().map(StackFrame::source).toList());
            assertTrue(trap.getMessage().startsWith("out of bounds memory access in function " + frames.get(0).functionIndex()
                    + " (load) at 0x"), trap.getMessage());
            assertTrue(trap.getMessage().endsWith(", trace.c:6"), trap.getMessage());
        }
    }

    @Test
    void aModuleThatIsNotValidShowsThemToo() throws IOException {
        byte[] binary = program("trace5.wasm");
        int load = trap(WasmModule.parse(binary), "run", OUTSIDE).trace().frames().getFirst().offset();
        binary[load] = (byte) Opcodes.I64_LOAD;
        InvalidModuleException refused = assertThrows(InvalidModuleException.class, () -> WasmModule.parse(binary));
        StackFrame place = WasmModule.place(binary, refused);
        assertEquals("load", place.functionName());
        assertEquals("trace.c:6", place.source());
        assertEquals(refused.offset(), place.offset());
        assertNull(WasmModule.place(binary, new InvalidModuleException("the table is too large", Trap.UNKNOWN, 11)), "in no function");
        byte[] bare = Arrays.copyOf(binary, CustomSections.find(binary, "name").position());
        assertNull(WasmModule.place(bare, refused).functionName(), "cut short, without names");
    }

    /** Every byte of the line table and of its strings, changed in several ways: a trace without lines is all that may happen. */
    @ParameterizedTest
    @ValueSource(strings = {"trace4.wasm", "trace5.wasm"})
    void damagedDebugInformationCostsOnlyTheLines(String file) throws IOException {
        byte[] sound = program(file);
        Random random = new Random(4);
        int lost = 0;
        for (String name : List.of(".debug_line", ".debug_str", ".debug_line_str", "name")) {
            var section = CustomSections.find(sound, name);
            for (int at = section == null ? 0 : section.position(); section != null && at < section.end(); at++) {
                for (int value : new int[] {0, 0xFF, 0x80, random.nextInt(256)}) {
                    byte[] damaged = sound.clone();
                    damaged[at] = (byte) value;
                    List<StackFrame> frames = trap(WasmModule.parse(damaged), "run", OUTSIDE).trace().frames();
                    assertEquals(3, frames.size());
                    lost += frames.get(0).file() == null ? 1 : 0;
                }
            }
        }
        assertTrue(lost > 100, lost + " without lines");
    }

    /** Of several accesses in one statement the one that failed, in every mode, cold and hot. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void anAccessIsFoundInsideItsStatement(Mode mode) {
        Wasm wasm = new Wasm();
        wasm.memory(1);
        String sum = "local.get 0; i32.load 2 0; local.get 1; i64.load 3 8; i32.wrap_i64; i32.add;";
        wasm.export("set", 0, wasm.function("i32 i32 -> i32", "i32", sum + "local.set 2; local.get 2"));
        wasm.export("if", 0, wasm.function("i32 i32 -> i32", "", "nop; " + sum + "if i32; i32.const 1; i32.const 2; i32.add; else; i32.const 3; end"));
        wasm.export("call", 0, wasm.function("i32 i32 -> i32", "", sum + "i32.const 4; call 3"));
        wasm.function("i32 i32 -> i32", "", "local.get 0");
        wasm.export("store", 0, wasm.function("i32 i32 -> i32", "", "local.get 0; local.get 1; i64.load 3 0; i64.store 3 0; i32.const 0"));
        byte[] binary = wasm.toArray();
        Instance instance = WasmModule.parse(binary).translated(mode).instantiate(Imports.none());
        for (int round = 0; round < 3; round++) {
            for (String export : List.of("set", "if", "call")) {
                assertEquals(0x28, failing(instance, binary, export, -4, 8), export + ": i32.load");
                assertEquals(0x29, failing(instance, binary, export, 8, -4), export + ": i64.load");
                assertEquals(0x28, failing(instance, binary, export, -4, -4), export + ": the first");
            }
            assertEquals(0x29, failing(instance, binary, "store", 8, -4), "i64.load");
            assertEquals(0x37, failing(instance, binary, "store", -4, 8), "i64.store");
            for (int i = 0; i < 2_000; i++) {
                instance.function("set").call(8, 16);
                instance.function("if").call(8, 16);
            }
        }
    }

    /** Statements that cannot fail may be written while a load before them still waits for what takes it. */
    @ParameterizedTest
    @EnumSource
    void anAccessIsFoundBehindStatementsThatItWaitsFor(Mode mode) {
        Wasm wasm = new Wasm();
        wasm.memory(1);
        String inc = "i32.const 1; i32.add;";
        String deep = "local.get 2;" + inc.repeat(9);
        wasm.export("set", 0, wasm.function("i32 i32 -> i32", "i32",
                "local.get 0; i32.load 2 0; i32.const 5; local.set 2; local.get 1; i64.load 3 0; i32.wrap_i64; i32.add; local.set 0; local.get 0"));
        wasm.export("deep", 0, wasm.function("i32 i32 -> i32", "i32",
                "local.get 0; i32.load 2 0;" + deep + "i32.xor; local.get 1; i64.load 3 0; i32.wrap_i64; i32.add; local.set 0; local.get 0"));
        wasm.export("vector", 0, wasm.function("i32 i32 -> i32", "v128",
                "local.get 0; i32.load 2 0; v128.const 1 2; v128.not; local.set 2; local.get 1; i64.load 3 0; i32.wrap_i64; i32.add; local.set 0; local.get 0"));
        wasm.export("reader", 0, wasm.function("i32 i32 -> i32", "",
                "local.get 0; i32.load 2 0; local.get 1; i64.load 3 0; i32.const -4; local.set 0; i32.wrap_i64; i32.add; local.set 1; local.get 1"));
        String deepest = "i32.const 0; i32.or; i32.const 5; i32.shl; i32.const 5; i32.shr_s; i32.const 0; i32.xor; i32.const 0; i32.sub;"
                + "i32.const 1; i32.rotl; i32.const 1; i32.rotr;";
        wasm.export("address", 0, wasm.function("i32 i32 -> i32", "", "local.get 0;" + deepest
                + "i32.load 2 0; local.get 1; i64.load 3 0; i32.wrap_i64; i32.add; local.set 0; local.get 0"));
        byte[] binary = wasm.toArray();
        Instance instance = WasmModule.parse(binary).translated(mode).instantiate(Imports.none());
        for (String export : List.of("set", "deep", "vector", "reader", "address")) {
            assertEquals(0x28, failing(instance, binary, export, -4, 8), export + ": i32.load");
            assertEquals(0x29, failing(instance, binary, export, 8, -4), export + ": i64.load");
            assertEquals(0x28, failing(instance, binary, export, -4, -4), export + ": the first");
        }
    }

    /** What no memory of 32 bits of its own is read by, and what reads no memory. */
    @ParameterizedTest
    @EnumSource
    void otherReadsAreFoundInsideTheirStatements(Mode mode) {
        Wasm wasm = new Wasm();
        wasm.memory(1).memory(Bytes.of(4, 1)).memory(Bytes.of(3, 1, 1)).table("funcref", 1);
        wasm.type(Bytes.of(0x5F, 1, 0x7F, 0));
        wasm.type(Bytes.of(0x5E, 0x7F, 0));
        String[][] reads = {
            {"local.get 0; i32.load8_u 0 65537", "2D"}, {"i64.const -1; i32.load8_u 64 1 0", "2D"}, {"i32.const -1; i32.load8_u 64 2 0", "2D"},
            {"ref.null 0; struct.get 0 0", "FB 2"}, {"ref.null 1; array.len", "FB F"}, {"i32.const 2; array.new_default 1; i32.const 2; array.get 1", "FB B"},
            {"ref.null i31; i31.get_s", "FB 1D"}, {"ref.null any; ref.cast i31; ref.is_null", "FB 16"},
            {"i32.const 1; table.get 0; ref.is_null", "25"}, {"ref.null func; ref.as_non_null; ref.is_null", "D4"}};
        for (int i = 0; i < reads.length; i++) {
            wasm.export("f" + i, 0, wasm.function("i32 -> i32", "i32",
                    "i32.const 1; i32.load 2 0; " + reads[i][0] + "; i32.const 9; local.set 1; i32.const 3; i32.mul; i32.add; local.set 0; local.get 0"));
        }
        byte[] binary = wasm.toArray();
        Instance instance = WasmModule.parse(binary).translated(mode).instantiate(Imports.none());
        for (int i = 0; i < reads.length; i++) {
            Function function = instance.function("f" + i);
            int at = assertThrows(Trap.class, () -> function.call(0)).offset();
            for (String code : reads[i][1].split(" ")) {
                assertEquals(Integer.parseInt(code, 16), binary[at++] & 0xFF, reads[i][0]);
            }
        }
    }

    /** The opcode at which a call fails. */
    private static int failing(Instance instance, byte[] binary, String export, long a, long b) {
        Trap trap = assertThrows(Trap.class, () -> instance.function(export).call(a, b));
        assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap.kind());
        assertEquals(export, trap.functionName());
        return binary[trap.offset()] & 0xFF;
    }

    @Test
    void aDeepStackKeepsItsEnds() {
        Wasm wasm = new Wasm();
        int down = wasm.function("i32 ->", "", "local.get 0; if -; local.get 0; i32.const 1; i32.sub; call 0; else; unreachable; end");
        int run = wasm.function("->", "", "i32.const 499; call 0");
        wasm.export("run", 0, run);
        Instance instance = WasmModule.parse(wasm.toArray()).instantiate(Imports.none());
        for (int attempt = 0; attempt < 20; attempt++) {
            StackTrace trace = assertThrows(Trap.class, () -> instance.function("run").call()).trace();
            assertEquals(501, trace.depth());
            assertEquals(StackTrace.INNERMOST + StackTrace.OUTERMOST, trace.frames().size());
            assertEquals(501 - 72, trace.omitted());
            List<StackFrame> frames = trace.frames();
            assertEquals(run, frames.get(71).functionIndex());
            assertTrue(frames.subList(0, 71).stream().allMatch(f -> f.functionIndex() == down));
            List<String> lines = trace.lines();
            assertEquals("… 429 more …", lines.get(64));
            assertTrue(lines.get(72).startsWith("#500 run (function 1) at 0x"), lines.get(72));
        }
    }

    /** Places are not kept: they are had from another translation, in the middle of what is thrown and of what is caught. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void placesAreFoundAgain(Mode mode) {
        Wasm wasm = new Wasm();
        wasm.importFunction("host", "drop", wasm.type("->"));
        wasm.tag(wasm.type("->"));
        wasm.export("fail", 0, wasm.function("i32 ->", "", "nop; call 0; nop; local.get 0; if -; block -; call 0; throw 0; end; end; unreachable") + 1);
        wasm.export("run", 0, wasm.function("i32 ->", "", "nop; block -; try_table - 1 0 0 0; nop; i32.const 1; call 1; end; end; local.get 0; call 1") + 1);
        byte[] binary = wasm.toArray();
        var module = new WasmModule[1];
        Imports imports = Imports.builder().function("host", "drop", FunctionType.of(), call -> module[0].dropTranslated()).build();
        module[0] = WasmModule.parse(binary).translated(mode);
        Instance instance = module[0].instantiate(imports);
        for (int i = 0; i < 2_000; i++) {
            List<StackFrame> frames = assertThrows(Trap.class, () -> instance.function("run").call(0)).trace().frames();
            assertEquals(List.of(Opcodes.UNREACHABLE, Opcodes.CALL), frames.stream().map(f -> binary[f.offset()] & 0xFF).toList());
            frames = assertThrows(WasmException.class, () -> instance.function("run").call(1)).trace().frames();
            assertEquals(List.of(Opcodes.THROW, Opcodes.CALL), frames.stream().map(f -> binary[f.offset()] & 0xFF).toList());
            assertEquals(binary.length - 3, frames.get(1).offset(), "the second call");
        }
    }

    /**
     * Where the Java stack ends there is no room for a translation either: then a frame has no place, but never a wrong one, and a run
     * that cannot be suspended there ends.
     */
    @Test
    void placesWhereTheJavaStackEnds() throws InterruptedException {
        Wasm wasm = new Wasm();
        wasm.importFunction("host", "at", wasm.type("->"));
        wasm.export("down", 0, wasm.function("i32 ->", "", "call 0; local.get 0; if -; local.get 0; i32.const 1; i32.sub; call 1; nop; end") + 1);
        byte[] binary = wasm.toArray();
        var module = WasmModule.parse(binary);
        int[] level = {0, Integer.MAX_VALUE};
        Imports imports = Imports.builder().function("host", "at", FunctionType.of(), call -> {
            if (++level[0] > level[1]) {
                module.dropTranslated();
            }
        }).build();
        Instance instance = module.instantiate(imports, InstanceOptions.DEFAULT.withMaxCallDepth(1_000_000));
        instance.fuel(1_000_000);
        instance.function("down").call(100);
        long each = (1_000_000 - instance.fuel()) / 100;
        int[] ends = new int[2];
        var wrong = new AtomicReference<Throwable>();
        var small = new Thread(null, () -> {
            instance.fuel(1_000_000_000);
            assertThrows(Trap.class, () -> instance.function("down").call(-1));
            int deepest = level[0] - 101;
            level[1] = deepest - 80;
            for (long fuel = (deepest - 60) * each; ends[1] < 10; fuel += each) {
                level[0] = 0;
                instance.fuel(fuel);
                Call call = instance.function("down").newCall();
                call.i32(0, -1);
                StackTrace trace;
                try {
                    assertEquals(Progress.OUT_OF_FUEL, call.start());
                    ends[0]++;
                    trace = instance.stack();
                    call.cancel();
                } catch (Trap trap) {
                    if (ends[0] > 10) {
                        ends[1]++;
                    } else {
                        // Compilers have been at work since the depth was measured.
                        fuel -= 20 * each;
                    }
                    assertEquals(Trap.Kind.CALL_STACK_EXHAUSTED, trap.kind());
                    assertFalse(call.isSuspended());
                    trace = trap.trace();
                }
                for (StackFrame f : trace.frames().stream().skip(1).toList()) {
                    assertEquals(Opcodes.CALL, binary[f.offset()]);
                    assertEquals(1, binary[f.offset() + 1]);
                }
            }
            instance.fuel(1_000);
            instance.function("down").call(10);
        }, "small", 256 << 10);
        small.setUncaughtExceptionHandler((thread, thrown) -> wrong.set(thrown));
        small.start();
        small.join();
        assertNull(wrong.get(), () -> String.valueOf(wrong.get()));
        assertTrue(ends[0] > 10, "suspended " + ends[0]);
    }

    @Test
    void theLimitOfCallsIsTracedToo() {
        Wasm wasm = new Wasm();
        wasm.export("run", 0, wasm.function("->", "", "call 0"));
        Instance instance = WasmModule.parse(wasm.toArray()).instantiate(Imports.none(),
                InstanceOptions.DEFAULT.withMaxCallDepth(100));
        Trap trap = assertThrows(Trap.class, () -> instance.function("run").call());
        assertEquals(Trap.Kind.CALL_STACK_EXHAUSTED, trap.kind());
        assertEquals(100, trap.trace().depth());
    }

    /** Host functions and instances in between: each frame is named by its own module. */
    @Test
    void framesOfSeveralInstances() {
        Wasm inner = new Wasm();
        inner.export("fail", 0, inner.function("->", "", "nop; unreachable"));
        Wasm outer = new Wasm();
        outer.importFunction("host", "call", outer.type("->"));
        outer.export("run", 0, outer.function("->", "", "call 0") + 1);
        Instance callee = WasmModule.parse(inner.toArray()).instantiate(Imports.none());
        WasmModule caller = WasmModule.parse(outer.toArray());
        var direct = Imports.builder().function("host", "call", callee.function("fail")).build();
        var throughHost = Imports.builder().function("host", "call", FunctionType.of(), call -> callee.function("fail").call()).build();
        for (Imports imports : List.of(direct, throughHost)) {
            Instance instance = caller.instantiate(imports);
            Trap trap = assertThrows(Trap.class, () -> instance.function("run").call());
            assertEquals(List.of("fail", "run"), trap.trace().frames().stream().map(StackFrame::functionName).toList());
        }
    }

    @Test
    void uncaughtExceptionsAreTraced() {
        Wasm wasm = new Wasm();
        wasm.tag(wasm.type("->"));
        wasm.function("->", "", "throw 0");
        wasm.export("run", 0, wasm.function("->", "", "nop; call 0"));
        Instance instance = WasmModule.parse(wasm.toArray()).instantiate(Imports.none());
        WasmException thrown = assertThrows(WasmException.class, () -> instance.function("run").call());
        assertEquals(List.of(0, 1), thrown.trace().frames().stream().map(StackFrame::functionIndex).toList());
    }

    @Test
    void namesCannotSteerATerminal() {
        Wasm wasm = new Wasm();
        wasm.export("run", 0, wasm.function("->", "", "unreachable"));
        Bytes names = new Bytes().raw(1).sized(Bytes.of(1).raw(0).name("\u001b[2J" + "x".repeat(1000)));
        Trap trap = trap(WasmModule.parse(wasm.toBytes().raw(Wasm.custom("name", names)).toArray()), "run");
        assertTrue(trap.getMessage().startsWith("unreachable in function 0 (?[2Jxxx"), trap.getMessage());
        assertTrue(trap.getMessage().length() < 400);
        assertTrue(IntStream.range(0, trap.getMessage().length()).noneMatch(i -> trap.getMessage().charAt(i) < ' '));
    }

    private static Trap trap(WasmModule module, String export) {
        Instance instance = module.instantiate(Imports.none());
        return assertThrows(Trap.class, () -> instance.function(export).call());
    }
}
