package dev.thimble.benchmarks.engine;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.translate.Mode;
import java.util.List;
import java.util.Locale;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;

/** The engines that run inside the JVM, each as its documentation recommends it to be embedded. */
public enum Engine {
    THIMBLE("Thimble, this project's interpreter") {
        @Override
        public Entry load(byte[] wasm) {
            return entry(WasmModule.parse(wasm));
        }
    },
    THIMBLE_UNMETERED("Thimble without metering, to see what that costs") {
        @Override
        public Entry load(byte[] wasm) {
            return entry(WasmModule.parse(wasm).unmetered());
        }
    },
    THIMBLE_CANONICAL("Thimble with canonical NaNs, as it runs while it is recorded") {
        @Override
        public Entry load(byte[] wasm) {
            return entry(WasmModule.parse(wasm).canonicalNans());
        }
    },
    THIMBLE_PLAIN("Thimble with neither patterns nor anchors, to see what they give") {
        @Override
        public Entry load(byte[] wasm) {
            return entry(WasmModule.parse(wasm).translated(Mode.PLAIN));
        }
    },
    THIMBLE_ANCHORED("Thimble with every list anchored at once, to see what waiting for hot ones gives") {
        @Override
        public Entry load(byte[] wasm) {
            return entry(WasmModule.parse(wasm).translated(Mode.ANCHORED));
        }
    },
    ENDIVE("Endive's interpreter") {
        @Override
        public Entry load(byte[] wasm) {
            var export = run.endive.runtime.Instance.builder(run.endive.wasm.Parser.parse(wasm))
                    .withMemoryFactory(run.endive.runtime.ByteArrayMemory::new).build().export("run");
            return n -> (int) export.apply(n)[0];
        }
    },
    CHICORY("Chicory's interpreter") {
        @Override
        public Entry load(byte[] wasm) {
            var export = com.dylibso.chicory.runtime.Instance.builder(com.dylibso.chicory.wasm.Parser.parse(wasm))
                    .withMemoryFactory(com.dylibso.chicory.runtime.ByteArrayMemory::new).build().export("run");
            return n -> (int) export.apply(n)[0];
        }
    },
    GRAALWASM("GraalWasm on a stock JDK, so without its compiler") {
        @Override
        public Entry load(byte[] wasm) {
            // Closed with the JVM: the entry lives as long as its context.
            Context context = Context.newBuilder("wasm").option("engine.WarnInterpreterOnly", "false").build();
            var source = Source.newBuilder("wasm", ByteSequence.create(wasm), "program").buildLiteral();
            Value export = context.eval(source).newInstance().getMember("exports").getMember("run");
            return n -> export.execute(n).asInt();
        }
    },
    CHICORY_COMPILER("Chicory's compiler, which generates classes: a reference, not an interpreter") {
        @Override
        public Entry load(byte[] wasm) {
            var module = com.dylibso.chicory.wasm.Parser.parse(wasm);
            var export = com.dylibso.chicory.runtime.Instance.builder(module)
                    .withMemoryFactory(com.dylibso.chicory.runtime.ByteArrayMemory::new)
                    .withMachineFactory(MachineFactoryCompiler.compile(module)).build().export("run");
            return n -> (int) export.apply(n)[0];
        }
    };

    /** The flags that Thimble's launcher gives the JVM and that concern the engine. */
    public static final List<String> LAUNCHER_FLAGS = List.of("-XX:+UseCompactObjectHeaders", "-XX:SoftRefLRUPolicyMSPerMB=0",
            "-XX:TypeProfileWidth=8", "-XX:InlineSmallCode=1000000", "-XX:C1MaxInlineSize=160", "-XX:MaxInlineSize=110",
            "-XX:MaxTrivialSize=36");

    private final String description;

    Engine(String description) {
        this.description = description;
    }

    /** Decodes, validates and instantiates a module without imports; loads no class of another engine. */
    public abstract Entry load(byte[] wasm);

    private static Entry entry(WasmModule module) {
        var call = module.instantiate(Imports.none()).function("run").newCall();
        return n -> {
            call.i32(0, n);
            call.run();
            return call.i32Result(0);
        };
    }

    /** Flags of the JVM with which this engine is delivered; the others are libraries, and leave the JVM as it is. */
    public List<String> flags() {
        return name().startsWith("THIMBLE") ? LAUNCHER_FLAGS : List.of();
    }

    public String description() {
        return description;
    }

    /** As typed on a command line: lower case with {@code -}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException when there is none of this name */
    public static Engine of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
