package dev.thimble.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checked-in modules are what their sources say: {@code build.sh} gives the same bytes. */
class RebuildTest {
    private static final String COMPILER = "clang version 14.0.6";
    private static final List<String> SAMPLES = List.of("blink", "weather");

    @Test
    void sourcesGiveTheCheckedInBytes(@TempDir Path folder) throws Exception {
        Path here = Path.of("").toAbsolutePath();
        if (!compilerVersion().contains(COMPILER)) {
            String reason = "SKIPPED: " + COMPILER + " is not installed, so the samples' .wasm files were not rebuilt";
            System.out.println(reason);
            abort(reason);
        }
        Process build = new ProcessBuilder("sh", here.resolve("build.sh").toString(), folder.toString())
                .redirectErrorStream(true).start();
        String output = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, build.waitFor(), output);

        var built = modules(List.of(folder));
        var checkedIn = modules(SAMPLES.stream().map(here::resolve).toList());
        assertFalse(checkedIn.isEmpty());
        assertEquals(checkedIn.keySet(), built.keySet());
        for (String name : checkedIn.keySet()) {
            assertArrayEquals(Files.readAllBytes(built.get(name)), Files.readAllBytes(checkedIn.get(name)),
                    name + " differs from its source: run sample-modules/build.sh");
        }
    }

    private static TreeMap<String, Path> modules(List<Path> folders) throws IOException {
        var modules = new TreeMap<String, Path>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(f -> f.toString().endsWith(".wasm")).forEach(f -> modules.put(f.getFileName().toString(), f));
            }
        }
        return modules;
    }

    private static String compilerVersion() throws InterruptedException {
        try {
            Process clang = new ProcessBuilder("clang", "--version").redirectErrorStream(true).start();
            String text = new String(clang.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return clang.waitFor() == 0 ? text : "";
        } catch (IOException absent) {
            return "";
        }
    }
}
