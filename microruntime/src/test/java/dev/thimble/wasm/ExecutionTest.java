package dev.thimble.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostFunction;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.translate.Mode;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls, host calls, traps, fuel and what they cost, in every mode of translation. */
class ExecutionTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** run(n): a loop around a call, an indirect call, a block with a branch, a store, a load and a host call. */
    private static final String WORK = "loop -; local.get 1; local.get 0; call 2; i32.const 0; call_indirect 0 0;"
            + " i32.add; local.set 1; block -; local.get 1; i32.const 1; i32.and; br_if 0;"
            + " local.get 1; i32.const 3; i32.add; local.set 1; end;"
            + " i32.const 8; local.get 1; i32.store 2 0; i32.const 8; i32.load 2 0; call 0; local.set 1;"
            + " local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; local.get 1";

    private static Instance work(Mode mode, InstanceOptions options) {
        Wasm wasm = new Wasm();
        int unary = wasm.type("i32 -> i32");
        wasm.importFunction("env", "host", unary);
        wasm.memory(1);
        wasm.table("funcref", 1);
        int run = wasm.function("i32 -> i32", "i32", WORK);
        int twice = wasm.function("i32 -> i32", "", "local.get 0; i32.const 2; i32.mul");
        assertEquals(2, twice + 1, "after the import");
        wasm.element(0, twice + 1);
        wasm.export("run", 0, run + 1);
        HostFunction host = call -> call.resultI32(call.i32(0) ^ 5);
        Imports imports = Imports.builder()
                .function("env", "host", FunctionType.of(ValueType.I32).returning(ValueType.I32), host).build();
        return WasmModule.parse(wasm.toArray()).translated(mode).instantiate(imports, options);
    }

    private static int expected(int n) {
        int sum = 0;
        for (; n > 0; n--) {
            sum += n * 2 * 2;
            if ((sum & 1) == 0) {
                sum += 3;
            }
            sum ^= 5;
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void callsBlocksAndHostCallsAllocateNothing(Mode mode) {
        allocateNothing(mode, 40);
    }

    private static void allocateNothing(Mode mode, int rounds) {
        Call call = work(mode, InstanceOptions.DEFAULT).function("run").newCall();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < rounds; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int k = 0; k < 50; k++) {
                call.i32(0, 200);
                call.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            assertEquals(expected(200), call.i32Result(0));
        }
        assertEquals(0, least, "bytes in 10,000 iterations");
    }

    /** Also where no compiler takes objects apart that never leave a method: on a busy machine that may be for long. */
    @Test
    void norDoTheyWithoutACompiler() throws Exception {
        Process jvm = new ProcessBuilder(Jdks.HOME.resolve("bin/java").toString(), "-Xint", "-cp", System.getProperty("java.class.path"),
                WithoutACompiler.class.getName()).redirectErrorStream(true).start();
        String output = new String(jvm.getInputStream().readAllBytes());
        assertEquals(0, jvm.waitFor(), output);
    }

    /** The program of that test. */
    static final class WithoutACompiler {
        private WithoutACompiler() {
        }

        public static void main(String[] args) {
            for (Mode mode : Mode.values()) {
                allocateNothing(mode, 5);
            }
        }
    }

    @Test
    void fuelIsCountedAlikeInEveryMode() {
        List<Long> left = new ArrayList<>();
        List<Long> last = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            Instance instance = work(mode, InstanceOptions.DEFAULT.withFuel(1_000_000));
            instance.function("run").call(3_000);
            left.add(instance.fuel());
            instance.fuel(20_000);
            Trap trap = assertThrows(Trap.class, () -> instance.function("run").call(1_000_000));
            assertEquals(Trap.Kind.OUT_OF_FUEL, trap.kind());
            assertEquals(0, instance.fuel());
            last.add((long) instance.memory().getInt(8));
            instance.fuel(50_000);
            assertEquals(expected(10), (int) instance.function("run").call(10)[0], "usable again");
        }
        assertEquals(1, left.stream().distinct().count(), left::toString);
        assertEquals(1, last.stream().distinct().count(), last::toString);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void fuelOfInnerLoopsIsExact(Mode mode) {
        Wasm wasm = new Wasm();
        wasm.memory(1);
        int run = wasm.function("i32 ->", "", "loop -; local.get 0; i32.const 1; i32.sub; local.tee 0; i32.const 4;"
                + " i32.mul; i32.const 0; i32.and; local.get 0; i32.store 2 0; local.get 0; br_if 0; end");
        wasm.export("run", 0, run);
        Instance instance = WasmModule.parse(wasm.toArray()).translated(mode)
                .instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(1_000_000));
        instance.function("run").call(30_000);
        // The loop itself, and 12 instructions in each of 30,000 rounds, the first of which is paid for on entry.
        assertEquals(1_000_000 - 1 - 12 * 30_000, instance.fuel());
        instance.fuel(1 + 12 * 10_000);
        assertThrows(Trap.class, () -> instance.function("run").call(30_000));
        assertEquals(30_000 - 10_000, instance.memory().getInt(0), "the iteration in which fuel ran out");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void endlessLoopsAreStoppedFromAnotherThread(Mode mode) throws Exception {
        Wasm wasm = new Wasm();
        int run = wasm.function("->", "", "loop -; br 0; end");
        wasm.export("run", 0, run);
        Instance instance = WasmModule.parse(wasm.toArray()).translated(mode).instantiate(Imports.none());
        Thread stopper = new Thread(() -> {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            instance.requestStop();
        });
        stopper.start();
        Trap trap = assertThrows(Trap.class, () -> instance.function("run").call());
        stopper.join();
        assertEquals(Trap.Kind.STOPPED, trap.kind());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void trapsSayWhere(Mode mode) {
        Wasm wasm = new Wasm();
        wasm.memory(1);
        int load = wasm.function("i32 -> i32", "", "local.get 0; i32.load 2 0");
        int outer = wasm.function("i32 -> i32", "", "nop; nop; local.get 0; call 0; i32.const 1; i32.add");
        int divide = wasm.function("i32 -> i32", "", "i32.const 1; local.get 0; i32.div_s");
        wasm.export("load", 0, load).export("outer", 0, outer).export("divide", 0, divide);
        byte[] binary = wasm.toArray();
        Instance instance = WasmModule.parse(binary).translated(mode).instantiate(Imports.none());
        for (int i = 0; i < 2_000; i++) {
            instance.function("outer").call(i);
        }
        Trap trap = assertThrows(Trap.class, () -> instance.function("outer").call(-1));
        assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap.kind());
        assertEquals(load, trap.functionIndex());
        assertEquals(0x28, binary[trap.offset()] & 0xFF, "the offset is that of i32.load");
        trap = assertThrows(Trap.class, () -> instance.function("divide").call(0));
        assertEquals(Trap.Kind.DIVIDE_BY_ZERO, trap.kind());
        assertEquals(divide, trap.functionIndex());
        assertEquals(0x6D, binary[trap.offset()] & 0xFF, "the offset is that of i32.div_s");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void recursionEndsAtTheLimit(Mode mode) {
        Wasm wasm = new Wasm();
        int deep = wasm.function("i32 -> i32", "", "local.get 0; if i32; local.get 0; i32.const 1; i32.sub; call 0;"
                + " i32.const 1; i32.add; else; i32.const 0; end");
        wasm.export("deep", 0, deep);
        endsAt200(WasmModule.parse(wasm.toArray()).translated(mode)
                .instantiate(Imports.none(), InstanceOptions.DEFAULT.withMaxCallDepth(200)));
        endsAt200(WasmModule.parse(wasm.toArray(), Limits.DEFAULT.withCallDepth(200)).translated(mode).instantiate(Imports.none()));
    }

    private static void endsAt200(Instance instance) {
        assertArrayEquals(new long[] {199}, instance.function("deep").call(199));
        Trap trap = assertThrows(Trap.class, () -> instance.function("deep").call(200));
        assertEquals(Trap.Kind.CALL_STACK_EXHAUSTED, trap.kind());
        assertArrayEquals(new long[] {199}, instance.function("deep").call(199));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aLoopThatIsRunningBecomesAnchored(Mode mode) {
        Wasm wasm = new Wasm();
        int sum = wasm.function("i32 -> i64", "i64", "loop -; local.get 1; local.get 0; i64.extend_i32_u; i64.add;"
                + " local.set 1; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; local.get 1");
        wasm.export("sum", 0, sum);
        Instance instance = WasmModule.parse(wasm.toArray()).translated(mode).instantiate(Imports.none());
        assertArrayEquals(new long[] {5_000_050_000L}, instance.function("sum").call(100_000), "in one call");
    }

    /** Code that first runs when the function around it is anchored already becomes hot on its own. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void codeThatRunsLateIsRight(Mode mode) {
        Wasm wasm = new Wasm();
        int run = wasm.function("i32 i32 -> i32", "i32", "loop -; local.get 1; if -; block -; local.get 2; i32.const 3;"
                + " i32.add; local.set 2; local.get 0; i32.const 1; i32.and; br_if 0; local.get 2; i32.const 1; i32.xor;"
                + " local.set 2; end; local.get 2; i32.const 7; i32.mul; local.set 2; else; local.get 2; i32.const 1;"
                + " i32.add; local.set 2; local.get 2; i32.const 5; i32.xor; local.set 2; end;"
                + " local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; local.get 2");
        wasm.export("run", 0, run);
        Function function = WasmModule.parse(wasm.toArray()).translated(mode).instantiate(Imports.none()).function("run");
        for (int late : new int[] {0, 1, 0, 1}) {
            int sum = 0;
            for (int i = 5_000; i > 0; i--) {
                if (late == 0) {
                    sum = sum + 1 ^ 5;
                } else {
                    sum += 3;
                    sum = ((i & 1) == 0 ? sum ^ 1 : sum) * 7;
                }
            }
            assertEquals(sum, (int) function.call(5_000, late)[0]);
        }
    }

    /** Both found by random modules: where an expression was spilled depended on which slots of the loop were in registers. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void deepExpressionsOfInnermostLoopsAreRight(Mode mode) {
        Wasm wasm = new Wasm();
        wasm.memory(1);
        String countDown = "; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end";
        int store = wasm.function("i32 ->", "i32 f32 f32", "loop -; f64.const 12.5; f64.trunc; f32.demote_f64; local.set 2;"
                + " local.get 1; i32.const 32767; i32.and; i32.load16_u 1 48; i32.const 32767; i32.and; f32.const -4; f32.sqrt;"
                + " local.get 2; f32.mul; local.tee 3; f32.const 0; local.get 3; local.get 3; f32.eq; select; f32.store 2 19" + countDown);
        int choose = wasm.function("i32 i32 -> i32", "i32", "loop -; block -; local.get 1; i32.const 32767; i32.and; i32.load8_s 0 48;"
                + " i32.const 7; i32.and; br_table 0; end; local.get 2; i32.const 3; i32.add; local.set 2" + countDown + "; local.get 2");
        wasm.export("store", 0, store).export("choose", 0, choose);
        Instance instance = WasmModule.parse(wasm.toArray()).translated(mode).instantiate(Imports.none());
        assertEquals(15_000, (int) instance.function("choose").call(5_000, 0)[0]);
        instance.memory().putInt(48, 0x1234);
        instance.memory().putInt(0x1234 + 19, 77);
        instance.function("store").call(5_000);
        assertEquals(0, instance.memory().getInt(0x1234 + 19), "zero in the place of the root of a negative number");
    }

    /** A host function is called across two instances and calls back into the first. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void callsFromHostFunctionsKeepTheFramesBelow(Mode mode) {
        Function[] back = new Function[1];
        HostFunction host = call -> call.resultI32((int) back[0].call(call.i32(0))[0]);
        Wasm inner = new Wasm();
        inner.importFunction("env", "host", inner.type("i32 -> i32"));
        inner.export("middle", 0, inner.function("i32 -> i32", "", "local.get 0; call 0; i32.const 100; i32.add") + 1);
        Instance middle = WasmModule.parse(inner.toArray()).translated(mode).instantiate(Imports.builder()
                .function("env", "host", FunctionType.of(ValueType.I32).returning(ValueType.I32), host).build());
        Wasm outer = new Wasm();
        outer.importFunction("m", "middle", outer.type("i32 -> i32"));
        outer.export("run", 0, outer.function("i32 -> i32", "i32", "local.get 0; i32.const 7; i32.mul; local.set 1;"
                + " local.get 0; call 0; local.get 1; i32.add; local.get 0; i32.add") + 1);
        outer.export("back", 0, outer.function("i32 -> i32", "i32 i32", "i32.const 1000; local.tee 1; local.tee 2;"
                + " local.get 0; i32.add") + 1);
        Instance instance = WasmModule.parse(outer.toArray()).translated(mode)
                .instantiate(Imports.builder().instance("m", middle).build());
        back[0] = instance.function("back");
        assertArrayEquals(new long[] {1003 + 100 + 21 + 3}, instance.function("run").call(3));
    }

    @Test
    void hostFunctionsTakeAndGiveVectorsAndReferences() {
        Wasm wasm = new Wasm();
        int type = wasm.type("i32 v128 i32 externref -> externref v128 i32");
        wasm.importFunction("env", "host", type);
        wasm.export("run", 0, wasm.function(type, "", "local.get 0; local.get 1; local.get 2; local.get 3; call 0") + 1);
        FunctionType signature = FunctionType.of(ValueType.I32, ValueType.V128, ValueType.I32, ValueType.EXTERNREF)
                .returning(ValueType.EXTERNREF, ValueType.V128, ValueType.I32);
        HostFunction host = call -> {
            long low = call.v128Low(1);
            long high = call.v128High(1);
            int sum = call.i32(0) + call.i32(2);
            Object reference = call.reference(3);
            call.resultReference(0, reference + "!");
            call.resultV128(1, high, low);
            call.resultI32(2, sum);
        };
        Call call = WasmModule.parse(wasm.toArray()).instantiate(
                Imports.builder().function("env", "host", signature, host).build()).function("run").newCall();
        call.i32(0, 40);
        call.v128(1, 5, 6);
        call.i32(2, 2);
        call.reference(3, "ref");
        call.run();
        assertEquals("ref!", call.referenceResult(0));
        assertEquals(6, call.v128LowResult(1));
        assertEquals(5, call.v128HighResult(1));
        assertEquals(42, call.i32Result(2));
    }

    /** Many lists become hot one after the other, each in its turn; each costs one translation and no more. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void listsBecomeHotOneAfterTheOther(Mode mode) {
        var code = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            code.append("local.get 0; i32.const ").append(i).append("; i32.eq; if -; i32.const 20000; local.set 1;"
                    + " loop -; local.get 2; i32.const ").append(i).append("; i32.add; local.set 2; local.get 2; i32.const 3;"
                    + " i32.xor; local.set 2; local.get 1; i32.const 1; i32.sub; local.tee 1; br_if 0; end; end; ");
        }
        Wasm wasm = new Wasm();
        wasm.export("run", 0, wasm.function("i32 -> i32", "i32 i32", code + "local.get 2"));
        Function function = WasmModule.parse(wasm.toArray()).translated(mode).instantiate(Imports.none()).function("run");
        long start = THREADS.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 12; i++) {
                int sum = 0;
                for (int k = 0; k < 20_000; k++) {
                    sum = sum + i ^ 3;
                }
                assertEquals(sum, (int) function.call(i)[0]);
            }
        }
        // A translation of this function allocates less than 100 KB.
        assertTrue(THREADS.getCurrentThreadAllocatedBytes() - start < 6_000_000, "translated again and again");
    }

    /** Modules come and go on a device for years. */
    @Test
    void anchorsAreUnloadedWithTheirModule() throws InterruptedException {
        var classes = ManagementFactory.getClassLoadingMXBean();
        for (int i = 0; i < 50; i++) {
            work(Mode.ANCHORED, InstanceOptions.DEFAULT).function("run").call(10);
        }
        long before = classes.getTotalLoadedClassCount();
        for (int i = 0; i < 1_000; i++) {
            assertEquals(expected(10), (int) work(Mode.ANCHORED, InstanceOptions.DEFAULT).function("run").call(10)[0]);
        }
        long made = classes.getTotalLoadedClassCount() - before;
        assertTrue(made >= 3_000, made + " anchors");
        long unloaded = classes.getUnloadedClassCount();
        for (int i = 0; i < 50 && classes.getUnloadedClassCount() < made; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertTrue(classes.getUnloadedClassCount() >= made, made + " made, " + unloaded + " unloaded at first, then "
                + classes.getUnloadedClassCount());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void switchesFallThroughAndBranchBothWays(Mode mode) {
        for (int arms : new int[] {3, 8, 9, 30, 70}) {
            Instance instance = switchOf(arms, mode);
            for (int i = -1; i <= arms + 2; i++) {
                assertEquals(switched(i, arms), instance.function("run").call(i)[0], arms + " arms, case " + i);
            }
            for (int i = 0; i < 3_000; i++) {
                assertEquals(switched(i % (arms + 3), arms), instance.function("run").call(i % (arms + 3))[0]);
            }
        }
    }

    /** Arm k adds k + 1; then every third leaves, every fourth skips an arm, and the others fall through. */
    private static Instance switchOf(int arms, Mode mode) {
        var code = new StringBuilder("block -; ".repeat(arms + 1)).append("local.get 0; br_table");
        for (int i = 0; i <= arms; i++) {
            code.append(' ').append(i);
        }
        for (int i = 0; i < arms; i++) {
            code.append("; end; local.get 1; i64.const ").append(i + 1).append("; i64.add; local.set 1");
            if (i % 3 == 2) {
                code.append("; br ").append(arms - 1 - i);
            } else if (i % 4 == 3 && i + 2 < arms) {
                code.append("; br 1");
            }
        }
        code.append("; end; local.get 1");
        Wasm wasm = new Wasm();
        wasm.export("run", 0, wasm.function("i32 -> i64", "i64", code.toString()));
        return WasmModule.parse(wasm.toArray()).translated(mode).instantiate(Imports.none());
    }

    private static long switched(int at, int arms) {
        long sum = 0;
        for (int i = at < 0 || at > arms ? arms : at; i < arms; i++) {
            sum += i + 1;
            if (i % 3 == 2) {
                return sum;
            }
            if (i % 4 == 3 && i + 2 < arms) {
                i++;
            }
        }
        return sum;
    }
}
