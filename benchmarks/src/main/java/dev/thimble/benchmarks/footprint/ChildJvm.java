package dev.thimble.benchmarks.footprint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts JVMs with this JVM's own {@code java}. */
final class ChildJvm {
    private ChildJvm() {
    }

    static List<String> command(String classPath, List<String> flags, Class<?> main, String... args) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(args));
        return command;
    }

    /** With this JVM's class path.
     *  @return what it printed
     *  @throws IllegalStateException with its output when it fails */
    static String run(List<String> flags, Class<?> main, String... args) throws IOException, InterruptedException {
        return run(command(System.getProperty("java.class.path"), flags, main, args));
    }

    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + "\n" + output);
        }
        return output;
    }
}
