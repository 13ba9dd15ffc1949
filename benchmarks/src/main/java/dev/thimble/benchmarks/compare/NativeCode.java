package dev.thimble.benchmarks.compare;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.measure.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The corpus as native code, compiled from the same sources by {@code gcc -O2}. */
final class NativeCode {
    private final Path folder;
    private final double seconds;
    private final Map<String, Sample> measured = new HashMap<>();

    private NativeCode(Path folder, double seconds) {
        this.folder = folder;
        this.seconds = seconds;
    }

    /** @param folder an empty folder for sources and programs
     *  @param seconds CPU time of each measurement; at least three calls
     *  @return null when there is no gcc */
    static NativeCode build(Path folder, List<Program> programs, double seconds) throws IOException, InterruptedException {
        try {
            run("gcc", "--version");
        } catch (IOException absent) {
            return null;
        }
        for (String file : List.of("corpus.h", "native.c")) {
            Files.write(folder.resolve(file), Corpus.resource(file));
        }
        for (Program p : programs) {
            Path source = folder.resolve(p + ".c");
            Files.write(source, Corpus.resource(p + ".c"));
            // Without errno sqrt is one instruction, as it is in WebAssembly.
            run("gcc", "-O2", "-std=c11", "-fno-math-errno", "-o", folder.resolve(p.name()).toString(),
                    source.toString(), folder.resolve("native.c").toString());
        }
        return new NativeCode(folder, seconds);
    }

    static String compilerVersion() throws IOException, InterruptedException {
        return run("gcc", "--version").lines().findFirst().orElse("gcc");
    }

    /** Measures run(n), once for each n. */
    Sample measure(Program program, int n) throws IOException, InterruptedException {
        String key = program + " " + n;
        Sample known = measured.get(key);
        if (known == null) {
            String[] f = run(folder.resolve(program.name()).toString(), Integer.toString(n),
                    Double.toString(seconds)).strip().split(" ");
            known = new Sample(n, Integer.parseInt(f[0]), Long.parseLong(f[1]), Long.parseLong(f[2]), 0,
                    Integer.parseInt(f[3]));
            measured.put(key, known);
        }
        return known;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
