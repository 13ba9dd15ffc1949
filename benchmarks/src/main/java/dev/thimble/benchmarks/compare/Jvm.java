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
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(mode.flags());
        command.addAll(extraFlags);
        // The serial collector's barriers are the cheapest and small boards use it.
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1g", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                Worker.class.getName(), engine.toString(),
                Double.toString(stopwatch.warmUp()), Double.toString(stopwatch.measured())));
        command.addAll(programs);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var samples = new LinkedHashMap<String, Sample>();
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                String program = Worker.program(line);
                if (program != null) {
                    samples.put(program, Worker.sample(line));
                } else {
                    log.accept(engine + ": " + line);
                }
            }
        }
        int exit = process.waitFor();
        if (exit != 0) {
            log.accept(engine + ": the JVM ended with " + exit);
        }
        return samples;
    }
}
