package dev.thimble.wasm.testsuite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.thimble.wasm.Jdks;
import dev.thimble.wasm.translate.Mode;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The specification's test suite, as JSON commands and binaries made by {@code wasm-tools json-from-wast}. Found by
 * {@code -Dwasm.testsuite=DIR} or in {@code ../shared/wasm-testsuite-json} beside the checkout.
 */
class TestSuiteTest {
    private static final int SHOWN = 60;
    /** {@code -Dtestsuite.jvms=all}: every mode and every script in other JVMs, too. The profile {@code nightly} does. */
    private static final boolean EVERYWHERE = System.getProperty("testsuite.jvms", "").equals("all");

    private Path suite;

    @BeforeEach
    void locate() {
        suite = Suite.locate();
        if (suite == null) {
            String text = "SKIPPED: no WebAssembly test suite; name one by -Dwasm.testsuite=DIR (see microruntime/README.md)";
            System.out.println("=".repeat(text.length()) + "\n" + text + "\n" + "=".repeat(text.length()));
            abort(text);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyCommandPasses(Mode mode) throws Exception {
        ExpectedFailures expected = ExpectedFailures.load();
        run(mode, false, "", expected);
        assertEquals(List.of(), expected.unneeded(), "expected failures that pass by now; take them off the list");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void floatsPassWithCanonicalNans(Mode mode) throws Exception {
        run(mode, true, "f32|f64|float|conversions|relaxed", ExpectedFailures.load());
    }

    private void run(Mode mode, boolean canonicalNans, String names, ExpectedFailures expected) throws Exception {
        List<String> unexpected = new Suite(suite, mode, canonicalNans, expected).run(names);
        Files.write(Path.of("target", "testsuite-failures.txt"), unexpected);
        assertTrue(unexpected.isEmpty(), () -> unexpected.size() + " unexpected failures:\n"
                + String.join("\n", unexpected.subList(0, Math.min(SHOWN, unexpected.size()))));
    }

    static Stream<Mode> modesElsewhere() {
        return EVERYWHERE ? Stream.of(Mode.values()) : Stream.of(Mode.TIERED);
    }

    @ParameterizedTest
    @MethodSource("modesElsewhere")
    void everyCommandPassesOnJava17(Mode mode, @TempDir Path classes) throws Exception {
        runIn(Jdks.java17(), List.of(), mode, "", classes, "Java 17");
    }

    /** What only works once it is compiled would show. */
    @ParameterizedTest
    @MethodSource("modesElsewhere")
    void commandsPassWithoutACompiler(Mode mode, @TempDir Path classes) throws Exception {
        String names = EVERYWHERE ? "" : "^(array|br|call|i32|i64|memory|ref|simd_i8|struct|table|try)";
        runIn(Jdks.HOME, List.of("-Xint"), mode, names, classes, "interpreted mode");
    }

    private void runIn(Path jdk, List<String> flags, Mode mode, String names, Path classes, String shown) throws Exception {
        String gson = Path.of(com.google.gson.Gson.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        List<String> compile = new ArrayList<>(List.of("--release", "17", "-nowarn", "-implicit:class", "-sourcepath", "src/test/java",
                "-cp", "target/classes" + File.pathSeparator + gson, "-d", classes.toString(),
                "src/test/java/dev/thimble/wasm/testsuite/Suite.java"));
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, compile.toArray(String[]::new)));
        List<String> command = new ArrayList<>(List.of(jdk.resolve("bin/java").toString()));
        command.addAll(flags);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classes.toString(), "target/classes", "src/test/resources", gson),
                Suite.class.getName(), suite.toString(), mode.name(), names));
        Process jvm = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.print(output);
        assertEquals(0, jvm.waitFor(), output);
        assertTrue(output.contains(shown), output);
    }
}
