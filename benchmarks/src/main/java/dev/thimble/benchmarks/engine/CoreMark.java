package dev.thimble.benchmarks.engine;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.api.NumberType;
import dev.thimble.wasm.translate.Mode;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/**
 * CoreMark as a module in its usual minimal form: imports {@code env.clock_ms () → i32 or i64} and exports
 * {@code run () → f32}, the iterations per second. The clock that it gets is CPU time of the thread.
 */
public final class CoreMark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String MODULE = "env";
    private static final String CLOCK = "clock_ms";
    private static final String RUN = "run";

    private CoreMark() {
    }

    /** @throws IllegalArgumentException when the module imports anything else */
    public static float score(Engine engine, byte[] wasm) {
        boolean wide = hasWideClock(wasm);
        return switch (engine) {
            case THIMBLE -> thimble(WasmModule.parse(wasm), wide);
            case THIMBLE_UNMETERED -> thimble(WasmModule.parse(wasm).unmetered(), wide);
            case THIMBLE_CANONICAL -> thimble(WasmModule.parse(wasm).canonicalNans(), wide);
            case THIMBLE_PLAIN -> thimble(WasmModule.parse(wasm).translated(Mode.PLAIN), wide);
            case THIMBLE_ANCHORED -> thimble(WasmModule.parse(wasm).translated(Mode.ANCHORED), wide);
            case ENDIVE -> endive(wasm, wide);
            case CHICORY -> chicory(wasm, wide, false);
            case CHICORY_COMPILER -> chicory(wasm, wide, true);
            case GRAALWASM -> graalWasm(wasm, wide);
        };
    }

    private static boolean hasWideClock(byte[] wasm) {
        List<ImportType> imports = WasmModule.parse(wasm).imports();
        if (imports.size() == 1 && imports.getFirst().module().equals(MODULE) && imports.getFirst().name().equals(CLOCK)
                && imports.getFirst().type() instanceof FunctionType type && type.results().size() == 1) {
            return type.results().getFirst() == NumberType.I64;
        }
        throw new IllegalArgumentException("CoreMark's module must import env.clock_ms alone, not " + imports);
    }

    private static long millis() {
        return THREADS.getCurrentThreadCpuTime() / 1_000_000;
    }

    private static float thimble(WasmModule module, boolean wide) {
        var type = new FunctionType(List.of(), List.of(wide ? NumberType.I64 : NumberType.I32));
        var imports = Imports.builder().function(MODULE, CLOCK, type, call -> {
            if (wide) {
                call.resultI64(0, millis());
            } else {
                call.resultI32(0, (int) millis());
            }
        }).build();
        var call = module.instantiate(imports).function(RUN).newCall();
        call.run();
        return call.f32Result(0);
    }

    private static float endive(byte[] wasm, boolean wide) {
        var type = run.endive.wasm.types.FunctionType.returning(
                wide ? run.endive.wasm.types.ValType.I64 : run.endive.wasm.types.ValType.I32);
        var clock = new run.endive.runtime.HostFunction(MODULE, CLOCK, type, (instance, args) -> new long[] {millis()});
        long bits = run.endive.runtime.Instance.builder(run.endive.wasm.Parser.parse(wasm))
                .withMemoryFactory(run.endive.runtime.ByteArrayMemory::new)
                .withImportValues(run.endive.runtime.ImportValues.builder().addFunction(clock).build())
                .build().export(RUN).apply()[0];
        return Float.intBitsToFloat((int) bits);
    }

    private static float chicory(byte[] wasm, boolean wide, boolean compiled) {
        var type = com.dylibso.chicory.wasm.types.FunctionType.returning(
                wide ? com.dylibso.chicory.wasm.types.ValType.I64 : com.dylibso.chicory.wasm.types.ValType.I32);
        var clock = new com.dylibso.chicory.runtime.HostFunction(MODULE, CLOCK, type,
                (instance, args) -> new long[] {millis()});
        var module = com.dylibso.chicory.wasm.Parser.parse(wasm);
        var builder = com.dylibso.chicory.runtime.Instance.builder(module)
                .withMemoryFactory(com.dylibso.chicory.runtime.ByteArrayMemory::new)
                .withImportValues(com.dylibso.chicory.runtime.ImportValues.builder().addFunction(clock).build());
        if (compiled) {
            builder.withMachineFactory(MachineFactoryCompiler.compile(module));
        }
        return Float.intBitsToFloat((int) builder.build().export(RUN).apply()[0]);
    }

    private static float graalWasm(byte[] wasm, boolean wide) {
        try (Context context = Context.newBuilder("wasm").option("engine.WarnInterpreterOnly", "false").build()) {
            ProxyExecutable clock = wide ? arguments -> millis() : arguments -> (int) millis();
            var imports = ProxyObject.fromMap(Map.of(MODULE, ProxyObject.fromMap(Map.of(CLOCK, clock))));
            var source = Source.newBuilder("wasm", org.graalvm.polyglot.io.ByteSequence.create(wasm), "coremark")
                    .buildLiteral();
            return context.eval(source).newInstance(imports).getMember("exports").getMember(RUN).execute().asFloat();
        }
    }
}
