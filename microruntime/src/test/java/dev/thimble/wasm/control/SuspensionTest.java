package dev.thimble.wasm.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostFunction;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.translate.Mode;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Host functions that answer "not yet", wherever they are called from. */
class SuspensionTest {
    private static final FunctionType UNARY = FunctionType.of(ValueType.I32).returning(ValueType.I32);

    /** Gives 3x + 1, after it has suspended as often as it is told to. */
    static final class Oracle implements HostFunction {
        private final int suspensions;
        private int left;
        final List<Integer> questions = new ArrayList<>();

        Oracle(int suspensions) {
            this.suspensions = suspensions;
        }

        @Override
        public void call(dev.thimble.wasm.api.HostCall call) {
            if (!call.resumed()) {
                left = suspensions;
                questions.add(call.i32(0));
            }
            if (left > 0) {
                left--;
                call.suspend();
            } else {
                call.resultI32(3 * call.i32(0) + 1);
            }
        }
    }

    static Imports imports(HostFunction host) {
        return Imports.builder().function("env", "ask", UNARY, host).build();
    }

    /** Function 0 asks; what comes after is by name. The first type is i32 -> i32. */
    private static Wasm wasm() {
        Wasm wasm = new Wasm();
        int unary = wasm.type("i32 -> i32");
        wasm.type("-> i32");
        wasm.type("i32 -> ");
        wasm.importFunction("env", "ask", unary);
        wasm.memory(1);
        wasm.global("i32", true, "i32.const 7");
        return wasm;
    }

    /** Bodies of functions i32 -> i32, with one i32 local. Function 1 is identity plus ask. */
    static final Map<String, String> BODIES = new TreeMap<>(Map.ofEntries(
            Map.entry("direct", "local.get 0; call 0; i32.const 5; i32.add"),
            Map.entry("pending", "local.get 0; i32.const 9; i32.mul; local.get 0; global.get 0; local.get 0; call 0; i32.sub; i32.mul; i32.xor;"
                    + " local.get 0; i32.add"),
            Map.entry("nested", "local.get 0; call 1; call 1; local.get 0; call 1; i32.sub"),
            Map.entry("five", "local.get 0; call 0; local.get 0; i32.const 3; local.get 0; local.get 0; call 3; local.get 0; i32.add"),
            Map.entry("indirect", "local.get 0; i32.const 1; call_indirect 0 0; i32.const 0; call_indirect 0 0"),
            Map.entry("reference", "local.get 0; ref.func 1; call_ref 0; i32.const 3; i32.add; ref.func 0; call_ref 0; local.get 0; i32.xor"),
            Map.entry("tailReference", "local.get 0; call 0; ref.func 1; return_call_ref 0"),
            Map.entry("armOfIf", "local.get 0; i32.const 1; i32.and; if -; local.get 0; call 0; local.set 1; else; i32.const 4; call 0;"
                    + " local.set 1; end; local.get 1"),
            Map.entry("bareArm", "local.get 0; i32.const 1; i32.and; if -; i32.const 8; call 4; else; i32.const 6; call 4; end; global.get 0"),
            Map.entry("loop", "loop -; local.get 1; local.get 0; call 0; i32.add; local.set 1; local.get 0; i32.const 1; i32.sub;"
                    + " local.tee 0; i32.const 0; i32.gt_s; br_if 0; end; local.get 1"),
            Map.entry("loopOnlyCall", "loop -; local.get 0; call 5; br_if 0; end; global.get 0"),
            Map.entry("loops", "i32.const 4; local.set 1; loop -; block -; loop -; global.get 0; call 0; global.set 0; global.get 0; i32.const 1;"
                    + " i32.and; br_if 1; global.get 0; i32.const 1000; i32.gt_s; br_if 1; br 0; end; end; local.get 1; i32.const 1; i32.sub;"
                    + " local.tee 1; br_if 0; end; global.get 0; local.get 0; i32.xor"),
            Map.entry("block", "block i32; local.get 0; call 0; local.tee 1; local.get 1; i32.const 2; i32.rem_s; br_if 0; drop; local.get 0; call 1;"
                    + " end; i32.const 1; i32.add"),
            Map.entry("switch", "block -; block -; block -; block -; local.get 0; call 0; i32.const 3; i32.and; br_table 0 1 2 3; end; i32.const 10;"
                    + " call 0; local.set 1; end; local.get 1; i32.const 20; i32.add; call 0; local.set 1; br 1; end; i32.const 30; call 0;"
                    + " local.set 1; end; local.get 1"),
            Map.entry("manyArms", manyArms()),
            Map.entry("tail", "local.get 0; call 0; return_call 1"),
            Map.entry("tailAsk", "local.get 0; i32.const 2; i32.add; return_call 0"),
            Map.entry("tailLoop", "local.get 0; call 0; i32.const 100; i32.rem_s; local.tee 0; i32.const 50; i32.gt_s; if -; local.get 0;"
                    + " return_call 6; end; local.get 0"),
            Map.entry("deep", "local.get 0; i32.eqz; if -; i32.const 3; call 0; return; end; local.get 0; i32.const 1; i32.sub; call 7; local.get 0;"
                    + " i32.add; call 0; i32.const 1000; i32.rem_s"),
            Map.entry("caught", "block i32; try_table i32 1 0 0 0; local.get 0; call 8; end; i32.const 50; i32.add; end"),
            Map.entry("caughtLegacy", "try i32; local.get 0; call 8; i32.const 2; i32.mul; catch 0; call 0; catch_all; i32.const -1; end; call 0"),
            Map.entry("rethrown", "try i32; try i32; local.get 0; call 8; catch_all; i32.const 1; call 0; drop; rethrow 0; end; catch 0; i32.const 3;"
                    + " i32.mul; end"),
            Map.entry("delegated", "try i32; try i32; try i32; local.get 0; call 8; delegate 1; catch_all; i32.const 9; end; catch 0; i32.const 7;"
                    + " i32.mul; end"),
            Map.entry("long", longBody())));

    private static String manyArms() {
        StringBuilder code = new StringBuilder("block -;".repeat(20)).append("local.get 0; call 0; i32.const 7; i32.mul; i32.const 21; i32.rem_u;")
                .append("br_table ");
        for (int i = 0; i < 20; i++) {
            code.append(i).append(' ');
        }
        code.append(";");
        for (int i = 0; i < 20; i++) {
            code.append("end; local.get 1; i32.const ").append(i).append("; i32.add; call 0; i32.const 255; i32.and; local.set 1;");
            code.append(i % 3 == 0 && i < 19 ? "br " + (18 - i) + ";" : "");
        }
        return code.append("local.get 1").toString();
    }

    private static String longBody() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            code.append("local.get 1; i32.const ").append(i).append("; i32.add; local.set 1; local.get 1; call 0; i32.const 1023; i32.and; local.set 1;");
        }
        return code.append("local.get 1").toString();
    }

    static WasmModule module(String body) {
        Wasm wasm = wasm();
        wasm.function(0, "", "local.get 0; local.get 0; call 0; i32.add");
        wasm.function("i32 i32 i32 -> i32", "", "local.get 0; call 0; local.get 1; i32.add; call 0; local.get 2; i32.mul");
        wasm.function("i32 i32 i32 i32 i32 -> i32", "", "local.get 0; call 0; local.get 1; i32.add; local.get 2; i32.mul; local.get 3; i32.sub;"
                + " local.get 4; i32.xor; call 0");
        wasm.function(2, "", "local.get 0; call 0; global.set 0");
        wasm.function(0, "", "local.get 0; call 0; drop; global.get 0; i32.const 1; i32.sub; global.set 0; global.get 0");
        wasm.function(0, "i32", "local.get 0; call 0; i32.const 100; i32.rem_s; local.tee 0; i32.const 20; i32.gt_s; if -; local.get 0;"
                + " return_call 6; end; local.get 0; call 0");
        wasm.function(0, "", "local.get 0; i32.eqz; if -; i32.const 3; call 0; return; end; local.get 0; i32.const 1; i32.sub; call 7;"
                + " local.get 0; i32.add; call 0; i32.const 1000; i32.rem_s");
        wasm.function(0, "", "local.get 0; call 0; i32.const 1; i32.and; if -; local.get 0; call 0; throw 0; end; local.get 0");
        int run = wasm.function(0, "i32", body);
        wasm.table("funcref", 2);
        wasm.element(0, 0, 1);
        wasm.tag(2);
        wasm.export("run", 0, run + 1);
        return WasmModule.parse(wasm.toArray());
    }

    private static String outcome(Instance instance, long result) {
        return (int) result + " " + instance.fuel();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void goesOnWhereItWas(Mode mode) {
        BODIES.forEach((name, body) -> {
            WasmModule module = module(body).translated(mode);
            for (int argument : new int[] {1, 2, 3, 5, 12}) {
                Oracle prompt = new Oracle(0);
                Instance plain = module.instantiate(imports(prompt), InstanceOptions.DEFAULT.withFuel(100_000));
                String expected = outcome(plain, plain.function("run").call(argument)[0]);
                for (int suspensions = 1; suspensions < 3; suspensions++) {
                    Oracle slow = new Oracle(suspensions);
                    Instance instance = module.instantiate(imports(slow), InstanceOptions.DEFAULT.withFuel(100_000));
                    Call call = instance.function("run").newCall();
                    call.i32(0, argument);
                    Progress progress = call.start();
                    int waits = 0;
                    for (; progress == Progress.WAITING; waits++) {
                        assertTrue(call.isSuspended());
                        progress = call.resume();
                    }
                    assertEquals(Progress.FINISHED, progress);
                    assertEquals(expected, outcome(instance, call.i32Result(0)), name + " of " + argument);
                    assertEquals(prompt.questions, slow.questions, name);
                    assertEquals(suspensions * slow.questions.size(), waits, name);
                    assertFalse(call.isSuspended());
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void outOfFuelGoesOnWhenThereIsMore(Mode mode) {
        BODIES.forEach((name, body) -> {
            WasmModule module = module(body).translated(mode);
            for (int argument : new int[] {1, 2, 12}) {
                Instance plain = module.instantiate(imports(new Oracle(0)), InstanceOptions.DEFAULT.withFuel(100_000));
                String expected = outcome(plain, plain.function("run").call(argument)[0]);
                for (int slice = 1; slice < 12; slice += 3) {
                    Instance instance = module.instantiate(imports(new Oracle(0)), InstanceOptions.DEFAULT.withFuel(0));
                    Call call = instance.function("run").newCall();
                    call.i32(0, argument);
                    long given = 0;
                    Progress progress = call.start();
                    while (progress == Progress.OUT_OF_FUEL) {
                        assertTrue(instance.fuel() < 0);
                        instance.fuel(instance.fuel() + slice);
                        given += slice;
                        progress = call.resume();
                    }
                    instance.fuel(instance.fuel() + 100_000 - given);
                    assertEquals(expected, outcome(instance, call.i32Result(0)), name + " of " + argument + " in slices of " + slice);
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void vectorsReferencesAndManyResults(Mode mode) {
        Wasm wasm = new Wasm();
        int type = wasm.type("externref v128 i64 -> v128 externref f64");
        wasm.importFunction("env", "mix", type);
        int run = wasm.function(type, "externref", "local.get 0; local.set 3; local.get 0; local.get 1; local.get 2; call 0; drop; drop; drop;"
                + " local.get 3; local.get 1; local.get 2; call 0");
        wasm.export("run", 0, run + 1);
        boolean[] late = {false};
        HostFunction mix = call -> {
            if (!call.resumed()) {
                call.suspend();
                return;
            }
            Object reference = call.reference(0);
            long low = call.v128Low(1);
            long high = call.v128High(1);
            long number = call.i64(2);
            call.resultV128(0, high, low);
            call.resultReference(1, reference);
            call.resultF64(2, number);
            late[0] = true;
        };
        FunctionType signature = FunctionType.of(dev.thimble.wasm.api.RefType.EXTERNREF, ValueType.V128, ValueType.I64)
                .returning(ValueType.V128, dev.thimble.wasm.api.RefType.EXTERNREF, ValueType.F64);
        Instance instance = WasmModule.parse(wasm.toArray()).translated(mode)
                .instantiate(Imports.builder().function("env", "mix", signature, mix).build());
        Call call = instance.function("run").newCall();
        call.reference(0, "object");
        call.v128(1, 11, 22);
        call.i64(2, 33);
        assertEquals(Progress.WAITING, call.start());
        assertEquals(Progress.WAITING, call.resume());
        assertEquals(Progress.FINISHED, call.resume());
        assertEquals("object", call.referenceResult(1));
        assertEquals(22, call.v128LowResult(0));
        assertEquals(11, call.v128HighResult(0));
        assertEquals(33.0, call.f64Result(2));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void otherInstancesOnTheWay(Mode mode) {
        WasmModule inner = module("local.get 0; call 0; return_call 1").translated(mode);
        Oracle slow = new Oracle(1);
        Instance far = inner.instantiate(imports(slow));
        Wasm wasm = new Wasm();
        int unary = wasm.type("i32 -> i32");
        wasm.importFunction("far", "run", unary);
        wasm.memory(1);
        int run = wasm.function(unary, "", "i32.const 8; local.get 0; call 0; i32.store 2 0; i32.const 8; i32.load 2 0; return_call 0");
        wasm.export("run", 0, run + 1);
        Instance near = WasmModule.parse(wasm.toArray()).translated(mode)
                .instantiate(Imports.builder().function("far", "run", far.function("run")).build());
        Call call = near.function("run").newCall();
        call.i32(0, 1);
        Progress progress = call.start();
        int waits = 0;
        while (progress == Progress.WAITING) {
            waits++;
            assertEquals(17, (int) far.function("run").newCall().i32Result(0) + 17, "the other instance's own chain is free");
            progress = call.resume();
        }
        assertEquals(4, waits);
        int first = 4 + 13;
        int second = 3 * first + 1;
        assertEquals(first, near.memory().getInt(8));
        assertEquals(second + 3 * second + 1, call.i32Result(0));
    }

    @Test
    void aHostExceptionOrTrapOfAResumedCallEndsTheRun() {
        Instance[] instances = new Instance[1];
        RuntimeException[] thrown = {new IllegalArgumentException("of the host")};
        Imports imports = imports(call -> {
            if (!call.resumed()) {
                call.suspend();
            } else {
                throw thrown[0];
            }
        });
        instances[0] = module(BODIES.get("nested")).instantiate(imports);
        Call call = instances[0].function("run").newCall();
        call.i32(0, 1);
        assertEquals(Progress.WAITING, call.start());
        assertEquals(thrown[0], assertThrows(IllegalArgumentException.class, call::resume));
        assertThrows(IllegalStateException.class, call::resume);
        thrown[0] = new Trap(Trap.Kind.UNREACHABLE, Trap.UNKNOWN);
        call.i32(0, 1);
        assertEquals(Progress.WAITING, call.start(), "free again");
        assertEquals(1, assertThrows(Trap.class, call::resume).functionIndex());
    }

    @Test
    void whatAHostThrowsOnResumptionIsCaught() {
        Wasm wasm = wasm();
        wasm.tag(2);
        wasm.export("tag", 4, 0);
        int run = wasm.function(0, "", "block i32; try_table i32 1 0 0 0; local.get 0; call 0; end; i32.const 1; i32.add; end");
        wasm.export("run", 0, run + 1);
        Instance[] self = new Instance[1];
        self[0] = WasmModule.parse(wasm.toArray()).instantiate(imports(call -> {
            if (call.resumed()) {
                throw new WasmException(self[0].tag("tag"), new long[] {77}, null);
            }
            call.suspend();
        }));
        Call call = self[0].function("run").newCall();
        assertEquals(Progress.WAITING, call.start());
        assertEquals(Progress.FINISHED, call.resume());
        assertEquals(77, call.i32Result(0));
    }

    @Test
    void whereSuspensionIsImpossibleItTraps() {
        WasmModule module = module(BODIES.get("direct"));
        Instance instance = module.instantiate(imports(new Oracle(1)));
        assertEquals(Trap.Kind.CANNOT_SUSPEND, assertThrows(Trap.class, () -> instance.function("run").call(1)).kind(), "plain call");
        // Through a host function that calls back into the module.
        Instance[] inner = {instance};
        boolean[] may = {true};
        Instance outer = module.instantiate(imports(call -> {
            may[0] = call.maySuspend();
            call.resultI32((int) inner[0].function("run").call(1)[0]);
        }));
        assertEquals(Trap.Kind.CANNOT_SUSPEND, assertThrows(Trap.class, () -> outer.function("run").newCall().start()).kind());
        assertTrue(may[0]);
        inner[0] = outer;
        assertThrows(Trap.class, () -> outer.function("run").newCall().start(), "call stack exhausted");
        assertFalse(may[0], "below a host function");
    }

    @Test
    void otherCallsMayRunMeanwhileButNotBeSuspended() {
        Wasm wasm = wasm();
        int run = wasm.function(0, "i32", BODIES.get("nested").replace("call 1", "call 0"));
        int other = wasm.function(0, "i32 i32 i32", "local.get 0; i32.const 2; i32.mul");
        wasm.export("run", 0, run + 1).export("other", 0, other + 1);
        Instance instance = WasmModule.parse(wasm.toArray()).instantiate(imports(new Oracle(1)));
        Call call = instance.function("run").newCall();
        call.i32(0, 4);
        Progress progress = call.start();
        while (progress == Progress.WAITING) {
            assertEquals(26, instance.function("other").call(13)[0]);
            assertThrows(IllegalStateException.class, () -> instance.function("other").newCall().start());
            assertThrows(Trap.class, () -> instance.function("run").call(13));
            progress = call.resume();
        }
        assertEquals(40 - 13, call.i32Result(0));
        call.i32(0, 4);
        assertEquals(Progress.WAITING, call.start());
        call.cancel();
        assertThrows(IllegalStateException.class, call::resume);
        assertEquals(Progress.WAITING, instance.function("run").newCall().start(), "room for another run");
    }

    @Test
    void anExportedImportWaitsWithoutAnyFrameOfAModule() {
        Wasm wasm = wasm();
        wasm.export("run", 0, 0);
        Call call = WasmModule.parse(wasm.toArray()).instantiate(imports(new Oracle(2))).function("run").newCall();
        call.i32(0, 5);
        assertEquals(Progress.WAITING, call.start());
        assertEquals(Progress.WAITING, call.resume());
        assertEquals(Progress.FINISHED, call.resume());
        assertEquals(16, call.i32Result(0));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void suspendingAndResumingAllocatesNothing(Mode mode) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        HostFunction host = call -> {
            if (call.resumed()) {
                call.resultI32(call.i32(0) - 1);
            } else {
                call.suspend();
            }
        };
        Wasm wasm = wasm();
        wasm.function(0, "", "local.get 0; call 0");
        int run = wasm.function(0, "", "loop -; local.get 0; call 1; local.tee 0; br_if 0; end; local.get 0");
        wasm.export("run", 0, run + 1);
        Call call = WasmModule.parse(wasm.toArray()).translated(mode).instantiate(imports(host)).function("run").newCall();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 40; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            call.i32(0, 1_000);
            Progress progress = call.start();
            int waits = 0;
            while (progress == Progress.WAITING) {
                progress = call.resume();
                waits++;
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            assertEquals(1_000, waits);
        }
        assertEquals(0, least, "bytes in 1,000 waits");
    }
}
