package dev.thimble.benchmarks.compare;

import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.measure.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An interpreter written in C, found by a system property of its name, which holds the path of its program. Its time is
 * the process's user time at the full n, less that of a run at the small n, which is nearly all start-up.
 */
enum NativeEngine {
    WASM3("wasm3", List.of("--func", "run")),
    IWASM("iwasm", List.of("-f", "run"));

    private static final int RUNS = 3;
    private final String property;
    private final List<String> options;

    NativeEngine(String property, List<String> options) {
        this.property = property;
        this.options = options;
    }

    static List<NativeEngine> found() {
        var found = new ArrayList<NativeEngine>();
        for (NativeEngine e : values()) {
            if (System.getProperty(e.property) != null) {
                found.add(e);
            }
        }
        return found;
    }

    Sample measure(Program program, Path folder) throws IOException, InterruptedException {
        Path wasm = folder.resolve(program + ".wasm");
        Files.write(wasm, program.wasm());
        long[] times = new long[RUNS];
        for (int i = 0; i < RUNS; i++) {
            times[i] = userNanos(wasm, program.fullN()) - userNanos(wasm, program.smallN());
        }
        java.util.Arrays.sort(times);
        return new Sample(program.fullN(), RUNS, times[0], times[RUNS / 2], 0, program.fullResult());
    }

    private long userNanos(Path wasm, int n) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='user %3U'; time \"$@\"", "bash",
                System.getProperty(property)));
        command.addAll(options);
        command.add(wasm.toString());
        command.add(Integer.toString(n));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int at = output.lastIndexOf("user ");
        if (process.waitFor() != 0 || at < 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
        return (long) (Double.parseDouble(output.substring(at + 5).strip()) * 1e9);
    }

    @Override
    public String toString() {
        return property;
    }
}
