package dev.thimble.wasm.testsuite;

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

/**
 * One run through the scripts of the suite. As a program, {@code Suite FOLDER MODE NAMES}, it is one in another JVM: it
 * ends with 1 when a command fails that is not listed. Compiled for Java 17 as well.
 */
final class Suite {
    private static final long STACK_BYTES = 64 << 20;

    private static final class Tally {
        int passed;
        int total;
    }

    private final Path folder;
    private final Mode mode;
    private final boolean canonicalNans;
    private final ExpectedFailures expected;
    private final Map<String, Tally> groups = new TreeMap<>();
    private final Tally all = new Tally();
    private final List<String> unexpected = new ArrayList<>();

    Suite(Path folder, Mode mode, boolean canonicalNans, ExpectedFailures expected) {
        this.folder = folder;
        this.mode = mode;
        this.canonicalNans = canonicalNans;
        this.expected = expected;
    }

    public static void main(String[] arguments) throws Exception {
        Suite suite = new Suite(Path.of(arguments[0]), Mode.valueOf(arguments[1]), false, ExpectedFailures.load());
        List<String> failures = suite.run(arguments[2]);
        failures.forEach(System.out::println);
        System.exit(failures.isEmpty() ? 0 : 1);
    }

    /** @return the suite's folder, or null where there is none */
    static Path locate() {
        String property = System.getProperty("wasm.testsuite");
        if (property != null) {
            return Path.of(property);
        }
        Path beside = Path.of("../../shared/wasm-testsuite-json");
        return Files.isDirectory(beside) ? beside : null;
    }

    /**
     * Runs scripts and prints how many of their commands passed.
     *
     * @param names what must be found in a script's name, as a regular expression
     * @return the commands that failed and are not expected to
     * @throws IllegalArgumentException when there is no such script
     */
    List<String> run(String names) throws Exception {
        Pattern chosen = Pattern.compile(names);
        List<Path> scripts;
        try (Stream<Path> files = Files.walk(folder)) {
            scripts = files.filter(f -> f.toString().endsWith(".json") && chosen.matcher(f.getFileName().toString()).find()).sorted().toList();
        }
        onLargeStack(() -> {
            for (Path script : scripts) {
                run(script);
            }
            return null;
        });
        if (all.total == 0) {
            throw new IllegalArgumentException("no commands in scripts named " + names + " in " + folder);
        }
        print();
        return unexpected;
    }

    /** Cold code takes up to a KiB of stack for each call of the module, and scripts go a thousand deep. */
    private static void onLargeStack(Callable<Void> work) throws Exception {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread thread = new Thread(null, task, "test suite", STACK_BYTES);
        thread.start();
        task.get();
    }

    private void run(Path script) throws IOException {
        String name = folder.relativize(script.getParent()).toString().replace('\\', '/');
        int slash = name.lastIndexOf('/');
        Tally group = groups.computeIfAbsent(slash < 0 ? name.equals("custom") ? name : "core" : name.substring(0, slash),
                any -> new Tally());
        ScriptRunner runner = new ScriptRunner(script.getParent(), limits(name), mode, canonicalNans);
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
            } else if (!expected.covers(name, command.get("line").getAsInt())) {
                unexpected.add(name + ":" + command.get("line").getAsInt() + " " + command.get("type").getAsString() + " "
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
                usual.memoryBytes(), usual.callDepth(), usual.footprint(), usual.anchors()) : usual;
    }

    private void print() {
        System.out.printf("WebAssembly test suite, %s, Java %d, %s, commands passed / total%n", mode, Runtime.version().feature(),
                System.getProperty("java.vm.info"));
        groups.forEach((name, tally) -> System.out.printf("  %-32s %6d / %6d%n", name, tally.passed, tally.total));
        System.out.printf("  %-32s %6d / %6d%n", "all", all.passed, all.total);
    }
}
