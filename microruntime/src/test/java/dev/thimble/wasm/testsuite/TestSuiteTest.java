package dev.thimble.wasm.testsuite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.translate.Mode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The specification's test suite, as JSON commands and binaries made by {@code wasm-tools json-from-wast}. Found by
 * {@code -Dwasm.testsuite=DIR} or in {@code ../shared/wasm-testsuite-json} beside the checkout.
 */
class TestSuiteTest {
    private static final int SHOWN = 60;
    private static final long STACK_BYTES = 64 << 20;

    private static final class Tally {
        int passed;
        int total;
    }

    private final Map<String, Tally> groups = new TreeMap<>();
    private final Tally all = new Tally();
    private final List<String> unexpected = new ArrayList<>();

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

    /** @param names what must be found in a script's name, as a regular expression */
    private void run(Mode mode, boolean canonicalNans, String names, ExpectedFailures expected) throws Exception {
        Path suite = locate();
        if (suite == null) {
            String text = "SKIPPED: no WebAssembly test suite; name one by -Dwasm.testsuite=DIR (see microruntime/README.md)";
            System.out.println("=".repeat(text.length()) + "\n" + text + "\n" + "=".repeat(text.length()));
            abort(text);
        }
        Pattern chosen = Pattern.compile(names);
        List<Path> scripts;
        try (Stream<Path> files = Files.walk(suite)) {
            scripts = files.filter(f -> f.toString().endsWith(".json") && chosen.matcher(f.getFileName().toString()).find()).sorted().toList();
        }
        onLargeStack(() -> {
            for (Path script : scripts) {
                run(suite, script, new ScriptRunner(script.getParent(), limits(folder(suite, script)), mode, canonicalNans), expected);
            }
            return null;
        });
        print(mode);
        Files.write(Path.of("target", "testsuite-failures.txt"), unexpected);
        assertTrue(all.total > 0, "no commands in " + suite);
        assertTrue(unexpected.isEmpty(), () -> unexpected.size() + " unexpected failures:\n"
                + String.join("\n", unexpected.subList(0, Math.min(SHOWN, unexpected.size()))));
    }

    /** Cold code takes up to a KiB of stack for each call of the module, and scripts go a thousand deep. */
    private static void onLargeStack(Callable<Void> work) throws Exception {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread thread = new Thread(null, task, "test suite", STACK_BYTES);
        thread.start();
        task.get();
    }

    private static Path locate() {
        String property = System.getProperty("wasm.testsuite");
        if (property != null) {
            return Path.of(property);
        }
        Path beside = Path.of("../../shared/wasm-testsuite-json");
        return Files.isDirectory(beside) ? beside : null;
    }

    private static String folder(Path suite, Path script) {
        return suite.relativize(script.getParent()).toString().replace('\\', '/');
    }

    private void run(Path suite, Path script, ScriptRunner runner, ExpectedFailures expected) throws IOException {
        String folder = folder(suite, script);
        int slash = folder.lastIndexOf('/');
        Tally group = groups.computeIfAbsent(slash < 0 ? folder.equals("custom") ? folder : "core" : folder.substring(0, slash),
                name -> new Tally());
        JsonObject json;
        try (Reader in = Files.newBufferedReader(script)) {
            json = JsonParser.parseReader(in).getAsJsonObject();
        }
        for (JsonElement element : json.getAsJsonArray("commands")) {
            JsonObject command = element.getAsJsonObject();
            ScriptRunner.Verdict verdict = runner.run(command);
            if (verdict == ScriptRunner.Verdict.SKIPPED) {
                continue;
            }
            group.total++;
            all.total++;
            if (verdict == ScriptRunner.Verdict.PASSED) {
                group.passed++;
                all.passed++;
            } else if (!expected.covers(folder, command.get("line").getAsInt())) {
                unexpected.add(folder + ":" + command.get("line").getAsInt() + " " + command.get("type").getAsString() + " "
                        + runner.failure());
            }
        }
    }

    /** The threads proposal's scripts still expect one table and one memory at most, as WebAssembly 1.0 did. */
    private static Limits limits(String folder) {
        Limits usual = Limits.DEFAULT;
        return folder.startsWith("proposals/threads") ? new Limits(usual.moduleBytes(), usual.types(), usual.parameters(),
                usual.functions(), usual.imports(), usual.exports(), usual.globals(), 1, 1, usual.tags(), usual.segments(),
                usual.bodyBytes(), usual.locals(), usual.nesting(), usual.values(), usual.tableElements(),
                usual.memoryBytes(), usual.translatedBytes(), usual.anchors(), usual.allAnchors()) : usual;
    }

    private void print(Mode mode) {
        System.out.println("WebAssembly test suite, " + mode + ", commands passed / total");
        groups.forEach((name, tally) -> System.out.printf("  %-32s %6d / %6d%n", name, tally.passed, tally.total));
        System.out.printf("  %-32s %6d / %6d%n", "all", all.passed, all.total);
    }
}
