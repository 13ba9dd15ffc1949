package dev.thimble.benchmarks.compare;

import dev.thimble.benchmarks.engine.Engine;
import dev.thimble.benchmarks.measure.Sample;
import dev.thimble.benchmarks.measure.Stopwatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Starts measuring JVMs with this JVM's own {@code java} and class path. */
record Jvm(JvmMode mode, List<String> extraFlags, Stopwatch stopwatch) {

    /**
     * Measures programs in one fresh JVM.
     *
     * @param log takes what the JVM says besides samples, line by line
     * @return samples by program; one that failed is missing
     */
    Map<String, Sample> measure(Engine engine, List<String> programs, Consumer<String> log)
            throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of(engine.toString(), Double.toString(stopwatch.warmUp()),
                Double.toString(stopwatch.measured())));
        arguments.addAll(programs);
        var samples = new LinkedHashMap<String, Sample>();
        run(engine, Worker.class, arguments, line -> {
            String program = Worker.program(line);
            if (program != null) {
                samples.put(program, Worker.sample(line));
            } else {
                log.accept(engine + ": " + line);
            }
        });
        return samples;
    }

    /** CoreMark's score in one fresh JVM, in iterations per second of CPU time; NaN when it failed. */
    double coreMark(Engine engine, String file, Consumer<String> log) throws IOException, InterruptedException {
        var score = new double[] {Double.NaN};
        run(engine, CoreMarkWorker.class, List.of(engine.toString(), file), line -> {
            if (line.startsWith(CoreMarkWorker.PREFIX)) {
                score[0] = Double.parseDouble(line.substring(CoreMarkWorker.PREFIX.length()));
            } else {
                log.accept(engine + ": " + line);
            }
        });
        return score[0];
    }

    private void run(Engine engine, Class<?> main, List<String> arguments, Consumer<String> output)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(engine.flags());
        command.addAll(mode.flags());
        command.addAll(extraFlags);
        // The serial collector's barriers are the cheapest and small boards use it.
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1g", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                output.accept(line);
            }
        }
        int exit = process.waitFor();
        if (exit != 0) {
            output.accept("the JVM ended with " + exit);
        }
    }
}
