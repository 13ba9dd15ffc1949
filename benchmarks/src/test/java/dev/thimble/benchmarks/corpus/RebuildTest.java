package dev.thimble.benchmarks.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checked-in modules are what their sources say: {@code corpus/build.sh} gives the same bytes. */
class RebuildTest {
    private static final String COMPILER = "clang version 14.0.6";

    @Test
    void sourcesGiveTheCheckedInBytes(@TempDir Path folder) throws Exception {
        if (!compilerVersion().contains(COMPILER)) {
            String reason = "SKIPPED: " + COMPILER + " is not installed, so the corpus's .wasm files were not rebuilt";
            System.out.println(reason);
            abort(reason);
        }
        Process build = new ProcessBuilder("sh", "corpus/build.sh", folder.toString()).redirectErrorStream(true).start();
        String output = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, build.waitFor(), output);

        try (var files = Files.list(folder)) {
            Set<String> built = files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
            assertEquals(all().map(p -> p + ".wasm").collect(Collectors.toSet()), built);
        }
        for (Program p : all().toList()) {
            assertArrayEquals(Files.readAllBytes(folder.resolve(p + ".wasm")), p.wasm(),
                    p + ".wasm differs from its source: run benchmarks/corpus/build.sh");
        }
    }

    private static Stream<Program> all() {
        return Stream.concat(Corpus.programs().stream(), Stream.of(Corpus.SEVERAL));
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
