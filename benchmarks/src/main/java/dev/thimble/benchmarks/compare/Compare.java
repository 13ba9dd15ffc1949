package dev.thimble.benchmarks.compare;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.engine.Engine;
import dev.thimble.benchmarks.measure.Sample;
import dev.thimble.benchmarks.measure.Stopwatch;
import dev.thimble.benchmarks.report.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the corpus on every engine and prints one table of ratios for each way in which the JVM can compile. */
@Command(name = "benchmarks/run", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Runs the corpus on Thimble and its peers and prints tables of CPU time as a multiple of gcc -O2's.",
        "Engines in C take part when named: JAVA_OPTS=\"-Dwasm3=PATH -Diwasm=PATH\"; CoreMark likewise:",
        "-Dcoremark=FILE, a module that imports env.clock_ms and exports run, with its score as result."})
public final class Compare implements Callable<Integer> {
    private static final double NATIVE_SECONDS = 0.5;

    @Option(names = "--modes", split = ",", defaultValue = "c2,c1,int", paramLabel = "MODE",
            description = "How the JVM compiles: c2, c1, int. Default: ${DEFAULT-VALUE}")
    private List<String> modes;

    @Option(names = "--engines", split = ",", defaultValue = "thimble,endive,chicory,graalwasm,chicory-compiler",
            paramLabel = "ENGINE", description = "Default: ${DEFAULT-VALUE}")
    private List<String> engines;

    @Option(names = "--metering", description = "Instead of engines compares Thimble without and with metering")
    private boolean metering;

    @Option(names = "--programs", split = ",", paramLabel = "PROGRAM", description = "Default: the whole corpus")
    private List<String> programs;

    @Option(names = "--warm-up", defaultValue = "2", paramLabel = "SECONDS",
            description = "CPU time before each measurement. Default: ${DEFAULT-VALUE}")
    private double warmUp;

    @Option(names = "--time", defaultValue = "1.5", paramLabel = "SECONDS",
            description = "CPU time of each measurement. Default: ${DEFAULT-VALUE}")
    private double time;

    @Option(names = "--together", description = {"Runs all programs in one JVM, one after the other, so that each finds",
            "the profile that the ones before it left: the life of a device. Default: a JVM for each"})
    private boolean together;

    @Option(names = "--starts", defaultValue = "1", paramLabel = "COUNT", description = {
            "JVMs for each engine and program: what a JIT compiles depends on when it does. With several the table has the middle",
            "start, and the slowest in a column of its own. Default: ${DEFAULT-VALUE}"})
    private int starts;

    @Option(names = "--jvm", paramLabel = "FLAG", description = "A further flag for the measuring JVMs; repeatable")
    private List<String> jvmFlags = List.of();

    @Option(names = "--median", description = "Compares medians instead of best times")
    private boolean median;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Compare()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (starts < 1) {
            throw new ParameterException(spec.commandLine(), "--starts " + starts + ": at least 1");
        }
        List<Program> corpus = programs == null ? Corpus.programs() : programs.stream().map(Corpus::program).toList();
        List<Engine> chosen = metering ? List.of(Engine.THIMBLE_UNMETERED, Engine.THIMBLE) : engines.stream().map(Engine::of).toList();
        List<JvmMode> ways = modes.stream().map(m -> JvmMode.valueOf(m.toUpperCase(java.util.Locale.ROOT))).toList();
        Path folder = Files.createTempDirectory("thimble-benchmarks");
        try {
            NativeCode nativeCode = NativeCode.build(folder, corpus, NATIVE_SECONDS);
            if (nativeCode == null) {
                System.err.println("no gcc: ratios are to " + chosen.getFirst() + " instead of native code");
            }
            printMachine(nativeCode != null);
            chosen.forEach(e -> System.out.println("- " + e + ": " + e.description()));
            System.out.println();
            Map<String, List<Sample>> inC = measureNativeEngines(corpus, folder);
            for (JvmMode mode : ways) {
                Table table = compare(mode, corpus, chosen, nativeCode);
                for (var engine : inC.entrySet()) {
                    for (int i = 0; nativeCode != null && i < corpus.size(); i++) {
                        table.put(engine.getKey(), corpus.get(i).name(),
                                ratio(corpus.get(i), engine.getValue().get(i), nativeCode, null));
                    }
                }
                System.out.println("## " + mode.heading() + (together ? ", all programs in one JVM" : "") + "\n");
                System.out.println(table.isEmpty() ? "nothing was measured" : table.markdown());
                printCoreMark(mode, chosen);
            }
        } finally {
            delete(folder);
        }
        return 0;
    }

    private void printCoreMark(JvmMode mode, List<Engine> chosen) throws IOException, InterruptedException {
        String file = System.getProperty("coremark");
        if (file == null) {
            return;
        }
        var jvm = new Jvm(mode, jvmFlags, new Stopwatch(warmUp, time));
        System.out.println("CoreMark, iterations per second of CPU time\n");
        for (Engine engine : chosen) {
            System.out.printf("- %s: %.1f%n", engine, jvm.coreMark(engine, file, System.err::println));
        }
        System.out.println();
    }

    private Table compare(JvmMode mode, List<Program> corpus, List<Engine> chosen, NativeCode nativeCode)
            throws IOException, InterruptedException {
        var jvm = new Jvm(mode, jvmFlags, new Stopwatch(warmUp, time));
        List<String> names = corpus.stream().map(Program::name).toList();
        var table = new Table(names);
        Map<String, List<Sample>> first = null;
        for (Engine engine : chosen) {
            Map<String, List<Sample>> measured = measure(jvm, engine, names);
            System.err.println(" " + mode + " " + engine);
            first = first == null ? measured : first;
            for (Program p : corpus) {
                List<Sample> samples = measured.get(p.name());
                if (samples != null) {
                    Sample s = middle(samples);
                    Sample reference = middle(first.get(p.name()));
                    double ratio = ratio(p, s, nativeCode, reference);
                    table.put(engine.toString(), p.name(), ratio);
                    System.err.printf("  %-12s n=%-6d %4d calls, best %8.3f ms, median %8.3f ms, first %8.3f ms, × %.2f%n",
                            p, s.n(), s.calls(), s.best() / 1e6, s.median() / 1e6, s.cold() / 1e6, ratio);
                    if (starts > 1) {
                        table.put(engine + ", slowest start", p.name(), ratio(p, samples.getLast(), nativeCode, reference));
                    }
                }
            }
        }
        return table;
    }

    /** By program a sample of each start, the fastest first; a program that failed in all of them is missing. */
    private Map<String, List<Sample>> measure(Jvm jvm, Engine engine, List<String> programs) throws IOException, InterruptedException {
        var measured = new HashMap<String, List<Sample>>();
        for (List<String> batch : together ? List.of(programs) : programs.stream().map(List::of).toList()) {
            for (int i = 0; i < starts; i++) {
                jvm.measure(engine, batch, System.err::println)
                        .forEach((program, s) -> measured.computeIfAbsent(program, p -> new ArrayList<>()).add(s));
            }
            System.err.print(".");
        }
        measured.forEach((program, samples) ->
                samples.sort(Comparator.comparingDouble(s -> perWork(Corpus.program(program), s))));
        return measured;
    }

    private static Sample middle(List<Sample> sorted) {
        return sorted == null ? null : sorted.get((sorted.size() - 1) / 2);
    }

    /** To native code at the same n; without it to the first engine, by units of work; NaN without either. */
    private double ratio(Program program, Sample sample, NativeCode nativeCode, Sample first)
            throws IOException, InterruptedException {
        if (nativeCode == null) {
            return first == null ? Double.NaN : perWork(program, sample) / perWork(program, first);
        }
        Sample reference = nativeCode.measure(program, sample.n());
        if (reference.result() != sample.result()) {
            System.err.printf("%s: run(%d) is %d natively but %d here%n", program, sample.n(), reference.result(),
                    sample.result());
            return Double.NaN;
        }
        return (double) nanos(sample) / nanos(reference);
    }

    private double perWork(Program program, Sample sample) {
        return nanos(sample) / program.growth().work(sample.n());
    }

    private long nanos(Sample sample) {
        return median ? sample.median() : sample.best();
    }

    private static Map<String, List<Sample>> measureNativeEngines(List<Program> corpus, Path folder)
            throws IOException, InterruptedException {
        var measured = new LinkedHashMap<String, List<Sample>>();
        for (NativeEngine engine : NativeEngine.found()) {
            var samples = new ArrayList<Sample>();
            for (Program p : corpus) {
                samples.add(engine.measure(p, folder));
            }
            measured.put(engine.toString(), samples);
        }
        return measured;
    }

    private static void printMachine(boolean nativeCode) throws IOException, InterruptedException {
        System.out.printf("%s, %s, %d cores, %s %s%s%n%n", LocalDate.now(ZoneOffset.UTC), System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.vm.name"),
                Runtime.version(), nativeCode ? "; native: " + NativeCode.compilerVersion() : "");
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(f -> {
                try {
                    Files.delete(f);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
