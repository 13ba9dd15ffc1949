package dev.thimble.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checked-in modules are what their sources say: {@code build.sh} gives the same bytes with the same compiler. */
class RebuildTest {
    private static final Path HERE = Path.of("").toAbsolutePath();

    enum Language {
        C("CLANG", "clang", "clang version 14.0.6", "blink", "button", "rain", "weather-1", "weather-2", "weather-3"),
        RUST("RUSTC", "/usr/bin/rustc", "rustc 1.63.0", "thermostat"),
        ASSEMBLYSCRIPT("ASC", "asc", "Version 0.28.20", "display");

        final String variable;
        final String compiler;
        final String version;
        final String[] modules;

        Language(String variable, String compiler, String version, String... modules) {
            this.variable = variable;
            this.compiler = compiler;
            this.version = version;
            this.modules = modules;
        }

        boolean installed() throws InterruptedException {
            String command = Objects.requireNonNullElse(System.getenv(variable), compiler);
            try {
                Process process = new ProcessBuilder(command, "--version").redirectErrorStream(true).start();
                String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return process.waitFor() == 0 && text.contains(version);
            } catch (IOException absent) {
                return false;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void sourcesGiveTheCheckedInBytes(Language language, @TempDir Path folder) throws Exception {
        if (!language.installed() || language == Language.RUST && !rustTargetInstalled()) {
            String reason = "SKIPPED: " + language.version + " is not installed, so " + Arrays.toString(language.modules)
                    + " were not rebuilt";
            System.out.println(reason);
            abort(reason);
        }
        Process build = new ProcessBuilder("sh", HERE.resolve("build.sh").toString(), folder.toString(),
                language.name().toLowerCase(java.util.Locale.ROOT)).redirectErrorStream(true).start();
        String output = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, build.waitFor(), output);

        for (String name : language.modules) {
            try (var checkedIn = RebuildTest.class.getResourceAsStream(name + ".wasm")) {
                assertArrayEquals(Files.readAllBytes(folder.resolve(name + ".wasm")), checkedIn.readAllBytes(),
                        name + ".wasm differs from its source: run sample-modules/build.sh");
            }
        }
        try (var files = Files.list(folder)) {
            var built = new TreeSet<>(files.map(f -> f.getFileName().toString().replace(".wasm", "")).toList());
            assertEquals(new TreeSet<>(Stream.of(language.modules).toList()), built, "this test knows every module");
        }
    }

    private static boolean rustTargetInstalled() {
        return Files.isDirectory(Path.of("/usr/lib/rustlib/wasm32-unknown-unknown"));
    }
}
