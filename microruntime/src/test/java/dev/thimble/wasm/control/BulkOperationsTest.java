package dev.thimble.wasm.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.HostFunction;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.translate.Mode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operations on many bytes or elements: what each costs, and that it is stopped before its end. */
class BulkOperationsTest {
    private static final int N = 400_000;
    private static final int TABLE = 2 * N;
    private static final int PAGES = 32;

    private static final int BYTES = 1;
    private static final int LONGS = 2;
    private static final int FUNCTIONS = 3;
    private static final int VECTORS = 4;

    /** @param setup what comes before, {@code code} the operation, {@code elements} what it is charged for */
    private record Operation(String setup, String code, long elements) {
        /** Instructions of the function that is made of it. */
        long instructions() {
            return Arrays.stream((setup + ";" + code).split(";")).filter(instruction -> !instruction.isBlank()).count();
        }
    }

    private static final Map<String, Operation> OPERATIONS = new LinkedHashMap<>();

    private static void operation(String name, String setup, String operands, String instruction, long elements) {
        OPERATIONS.put(name, new Operation(setup, operands + "; " + instruction, elements));
    }

    private static String three(int a, int b, int c) {
        return "i32.const " + a + "; i32.const " + b + "; i32.const " + c;
    }

    private static String array(int type) {
        return "i32.const " + TABLE + "; array.new_default " + type + "; local.set " + (type - 1);
    }

    static {
        operation("memory.fill", "", three(1, 7, N), "memory.fill 0", N);
        operation("memory.copy up", "", three(1, 0, N), "memory.copy 0 0", N);
        operation("memory.copy down", "", three(0, 1, N), "memory.copy 0 0", N);
        operation("memory.init", "", three(0, 0, N), "memory.init 0 0", N);
        operation("memory.grow", "", "i32.const 1", "memory.grow 0; drop", (PAGES + 1) << 16);
        operation("memory.grow by nothing", "", "i32.const 0", "memory.grow 0; drop", 0);
        operation("table.fill", "", "i32.const 1; ref.func 1; i32.const " + N, "table.fill 0", N);
        operation("table.copy", "", three(1, 0, N), "table.copy 0 0", N);
        operation("table.init", "", three(0, 0, N), "table.init 0 0", N);
        operation("table.grow", "", "ref.func 1; i32.const " + N, "table.grow 0; drop", TABLE + N);
        operation("array.new", "", "i64.const 7; i32.const " + N, "array.new 2; drop", N);
        operation("array.new_default", "", "i32.const " + N, "array.new_default 2; drop", N);
        operation("array.new_data of bytes", "", "i32.const 0; i32.const " + N, "array.new_data 1 0; drop", N);
        operation("array.new_data of longs", "", "i32.const 0; i32.const " + N, "array.new_data 2 0; drop", N);
        operation("array.new_elem", "", "i32.const 0; i32.const " + N, "array.new_elem 3 0; drop", N);
        operation("array.fill bytes", array(BYTES), "local.get 0; i32.const 1; i32.const 7; i32.const " + N, "array.fill 1", N);
        operation("array.fill longs", array(LONGS), "local.get 1; i32.const 1; i64.const 7; i32.const " + N, "array.fill 2", N);
        operation("array.fill functions", array(FUNCTIONS), "local.get 2; i32.const 1; ref.func 1; i32.const " + N, "array.fill 3", N);
        operation("array.fill vectors", array(VECTORS), "local.get 3; i32.const 1; v128.const 1 2; i32.const " + N, "array.fill 4", N);
        operation("array.copy", array(LONGS), "local.get 1; i32.const 1; local.get 1; i32.const 0; i32.const " + N, "array.copy 2 2", N);
        operation("array.init_data", array(LONGS), "local.get 1; " + three(0, 0, N), "array.init_data 2 0", N);
        operation("array.init_elem", array(FUNCTIONS), "local.get 2; " + three(0, 0, N), "array.init_elem 3 0", N);
    }

    private static WasmModule module(String code) {
        Wasm wasm = new Wasm();
        int stop = wasm.type("->");
        for (int element : new int[] {0x78, 0x7E, 0x70, 0x7B}) {
            wasm.type(Bytes.of(0x5E, element, 1));
        }
        wasm.importFunction("test", "between", stop);
        wasm.memory(PAGES).table("funcref", TABLE).global("i32", true, "i32.const 0");
        wasm.function(stop, "null:1 null:2 null:3 null:4", code);
        Bytes functions = Bytes.of(1, 0).u32(N);
        for (int i = 0; i < N; i++) {
            functions.u32(1);
        }
        wasm.element(functions).dataCount(1).data(Bytes.of(1).u32(8 * N).raw(new byte[8 * N]));
        return WasmModule.parse(wasm.export("run", 0, 1).export("done", 3, 0).toArray());
    }

    private static Instance instance(WasmModule module, HostFunction between, long fuel) {
        return module.instantiate(Imports.builder().function("test", "between", FunctionType.of(), between).build(),
                InstanceOptions.DEFAULT.withFuel(fuel));
    }

    @Test
    void eachIsStoppedInItsMiddle() {
        OPERATIONS.forEach((name, operation) -> {
            WasmModule module = module(operation.setup + "; call 0; " + operation.code + "; i32.const 1; global.set 0");
            Instance[] instance = {null};
            instance[0] = instance(module, call -> instance[0].requestStop(), 1_000_000);
            // What the JVM allocates is allocated at once, and the flag seen by the next region.
            if (name.equals("array.new_default") || name.equals("memory.grow by nothing")) {
                instance[0].function("run").call();
                assertEquals(1, instance[0].global("done").bits(), name);
                return;
            }
            Trap trap = assertThrows(Trap.class, () -> instance[0].function("run").call(), name);
            assertEquals(Trap.Kind.STOPPED, trap.kind(), name);
            assertEquals(0, instance[0].global("done").bits(), name);
            assertEquals((long) PAGES << 16, instance[0].memory().size(), name);
        });
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void eachCostsAUnitForSixtyFourElements(Mode mode) {
        OPERATIONS.forEach((name, operation) -> {
            Instance instance = instance(module(operation.setup + "; " + operation.code).translated(mode), call -> { }, 1_000_000);
            instance.function("run").call();
            long setup = operation.setup.isEmpty() ? 0 : TABLE >>> 6;
            assertEquals(operation.instructions() + setup + (operation.elements >>> 6), 1_000_000 - instance.fuel(), name);
        });
    }

    @Test
    void eachIsStoppedByAnotherThread() {
        OPERATIONS.forEach((name, operation) -> {
            if (name.equals("memory.grow") || name.equals("table.grow")) {
                return;
            }
            Instance instance = instance(module(operation.setup + "; loop -; " + operation.code + "; br 0; end"), call -> { }, Long.MAX_VALUE);
            long[] asked = {0};
            Timer timer = new Timer(true);
            timer.schedule(new TimerTask() {
                @Override
                public void run() {
                    asked[0] = System.nanoTime();
                    instance.requestStop();
                }
            }, 50);
            Trap trap = assertThrows(Trap.class, () -> instance.function("run").call(), name);
            System.out.printf("%s: stopped %.3f ms after it was asked to%n", name, (System.nanoTime() - asked[0]) / 1e6);
            timer.cancel();
            assertEquals(Trap.Kind.STOPPED, trap.kind(), name);
        });
    }

    @Test
    void constantExpressionsPayForTheirArrays() {
        Wasm wasm = new Wasm();
        wasm.type(Bytes.of(0x5E, 0x78, 1));
        for (int i = 0; i < 100; i++) {
            wasm.global("ref:0", false, "i32.const 640000; array.new_default 0");
        }
        WasmModule module = WasmModule.parse(wasm.toArray());
        assertEquals(5, module.instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(1_000_005)).fuel());
        Trap trap = assertThrows(Trap.class, () -> module.instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(500_000)));
        assertEquals(Trap.Kind.OUT_OF_FUEL, trap.kind());
    }

    @Test
    void localsArePaidForWhereAFunctionBegins() {
        Wasm wasm = new Wasm();
        int type = wasm.type("i32 ->");
        wasm.function(type, new Bytes().u32(1).u32(6400).raw(0x7E, 0x01, 0x0B));
        wasm.export("run", 0, 0);
        Instance instance = WasmModule.parse(wasm.toArray()).instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(1_000));
        instance.function("run").call(1);
        assertEquals(1 + 100, 1_000 - instance.fuel());
    }
}
