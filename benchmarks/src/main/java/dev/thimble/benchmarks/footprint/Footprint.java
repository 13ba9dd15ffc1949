package dev.thimble.benchmarks.footprint;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.engine.Engine;
import dev.thimble.wasm.WasmModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.graalvm.polyglot.Context;

/** Prints what the engine costs: jars, heap for each module, and the start of a JVM. {@code benchmarks/run --main footprint.Footprint} */
public final class Footprint {
    private static final double WARM_UP_SECONDS = 6;
    /** How many times its small job a program does until all its loops are hot. */
    static final int HOT = 80;
    static final int COPIES = 20;
    /** For modules whose job takes long. */
    private static final int FEW_COPIES = 40;
    /** For small modules, beside which it shows what all of them share: types, names of imports, what their first run has loaded. */
    private static final int MANY_COPIES = 200;

    private Footprint() {
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        switch (args.length == 0 ? "" : args[0]) {
            case "" -> {
                jars();
                heap();
                real();
                start();
            }
            case "jars" -> jars();
            case "heap" -> heap();
            case "real" -> real();
            case "start" -> start();
            default -> throw new IllegalArgumentException("no part " + args[0] + "; there are jars, heap, real and start");
        }
    }

    private static void jars() throws IOException {
        System.out.println("## Jars, in KB of 1,000 bytes\n");
        System.out.println("| code | size |\n| --- | ---: |");
        row("Thimble's engine", Jars.size(WasmModule.class));
        row("… without SIMD and GC", Jars.size(WasmModule.class, Footprint::isCore));
        row("… without WASI and what shows source lines either", Jars.size(WasmModule.class, Footprint::isBare));
        row("Endive's interpreter", Jars.size(run.endive.runtime.Instance.class)
                + Jars.size(run.endive.wasm.Parser.class));
        row("Chicory's interpreter", Jars.size(com.dylibso.chicory.runtime.Instance.class)
                + Jars.size(com.dylibso.chicory.wasm.Parser.class));
        long graal = Jars.size(Context.class);
        for (String name : List.of("org.graalvm.wasm.WasmLanguage", "com.oracle.truffle.api.TruffleLanguage",
                "org.graalvm.collections.EconomicMap", "org.graalvm.word.WordBase")) {
            try {
                graal += Jars.size(Class.forName(name, false, Footprint.class.getClassLoader()));
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        row("GraalWasm with Truffle", graal);
        System.out.println();
    }

    /** Whether a file of the engine's jar belongs to the part without SIMD and GC. */
    static boolean isCore(String file) {
        return !file.contains("/simd/") && !file.contains("/gc/");
    }

    /** Whether it belongs to what every module needs: without WASI and debugging besides. */
    static boolean isBare(String file) {
        return isCore(file) && !file.contains("/wasi/") && !file.contains("/debug/") && !file.contains("/control/");
    }

    private static void row(String what, long bytes) {
        System.out.printf(Locale.ROOT, "| %s | %.0f |%n", what, bytes / 1000.0);
    }

    private static void heap() throws IOException, InterruptedException {
        System.out.println("## Heap of a loaded module, in bytes\n");
        System.out.println("| engine | program | .wasm | instructions | loaded | after its job | × .wasm | bytes per "
                + "instruction translated | metaspace | translation dropped | instance besides its memory |");
        System.out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (Program program : List.of(Corpus.SEVERAL, Corpus.program("crc32"), Corpus.program("nbody"))) {
            int n = program.smallN();
            weigh("thimble", "thimble", program.name(), n, List.of());
            weigh("thimble", "thimble, as delivered", program.name(), n, Engine.LAUNCHER_FLAGS);
            weigh("thimble", "thimble, hot", program.name(), n * HOT, List.of());
            weigh("thimble", "thimble, hot, as delivered", program.name(), n * HOT, Engine.LAUNCHER_FLAGS);
            weigh("endive", "endive", program.name(), n, List.of());
            weigh("chicory", "chicory", program.name(), n, List.of());
        }
        weigh("thimble", "thimble, as delivered", Job.IDLE, 1, Engine.LAUNCHER_FLAGS);
        System.out.println();
    }

    private static void weigh(String engine, String name, String job, int n, List<String> flags)
            throws IOException, InterruptedException {
        ModuleWeight w = ModuleWeight.measure(engine, job, n, COPIES, flags);
        System.out.printf(Locale.ROOT, "| %s | %s | %d | %d | %d | %d | %.1f | %.1f | %d | %d | %d |%n", name, job,
                w.wasm(), w.instructions(), w.loaded(), w.run(), w.timesItsBinary(), w.bytesPerInstruction(), w.metaspace(),
                w.dropped(), w.instance());
    }

    private static void real() throws IOException, InterruptedException {
        System.out.println("## Heap of modules that have run their main job, as delivered, in multiples of the .wasm\n");
        System.out.println("| module | .wasm | instructions | loaded | job once | bytes per instruction | over and over | bytes per "
                + "instruction | metaspace | translation dropped |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (String job : Job.REAL) {
            ModuleWeight once = ModuleWeight.measure("thimble", job, 1, MANY_COPIES, Engine.LAUNCHER_FLAGS);
            ModuleWeight often = ModuleWeight.measure("thimble", job, Job.of(job).often(), FEW_COPIES, Engine.LAUNCHER_FLAGS);
            double wasm = once.wasm();
            System.out.printf(Locale.ROOT, "| %s | %d | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %d | %.1f |%n", job, once.wasm(),
                    once.instructions(), once.loaded() / wasm, once.run() / wasm, once.bytesPerInstruction(), often.run() / wasm,
                    often.bytesPerInstruction(), often.metaspace(), often.dropped() / wasm);
        }
        System.out.println();
    }

    private static void start() throws IOException, InterruptedException {
        System.out.println("## From the JVM's start to the first result of " + Corpus.SEVERAL + ", in ms of CPU time\n");
        System.out.println("| flags | JVM alone | without archive | with class-data archive | full speed after (s) |");
        System.out.println("| --- | ---: | ---: | ---: | ---: |");
        start("the launcher's", Engine.LAUNCHER_FLAGS);
        start("default", List.of());
        start("-XX:TieredStopAtLevel=1", List.of("-XX:TieredStopAtLevel=1"));
    }

    private static void start(String name, List<String> flags) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("thimble-footprint");
        try {
            var cold = new ColdStart(folder, flags);
            System.out.printf(Locale.ROOT, "| %s | %.0f | %.0f | %.0f | %.1f |%n", name, cold.jvmAlone(),
                    cold.withoutArchive(Corpus.SEVERAL), cold.withArchive(Corpus.SEVERAL),
                    cold.fullSpeed(Corpus.SEVERAL, Corpus.SEVERAL.smallN() * 20, WARM_UP_SECONDS));
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
