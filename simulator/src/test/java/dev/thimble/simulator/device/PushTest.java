package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.Json;
import dev.thimble.agent.cli.Thimble;
import dev.thimble.agent.operator.Keys;
import dev.thimble.ota.document.Reported;
import dev.thimble.simulator.world.SampleRelease;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code thimble push} as it is typed, at a device on a real broker. */
@Timeout(60)
class PushTest {
    @TempDir static Path folder;
    private static Bench bench;

    @BeforeAll
    static void install() throws Exception {
        bench = new Bench(folder.resolve("flash"));
        bench.keys.write(folder.resolve("keys"));
        Keys.generate(true).write(folder.resolve("strangers"));
    }

    @AfterAll
    static void remove() throws Exception {
        bench.close();
    }

    @Test
    void theExitCodeSaysHowItEnded() throws Exception {
        Path good = module("good", "weather-2", "");
        assertEquals(0, push(good, "keys", "keys").exit);
        Map<?, ?> mixed = push(good, "strangers", "keys").last();
        assertEquals("signature-refused", mixed.get("outcome"));
        assertTrue(mixed.get("text").toString().startsWith("manifest of weather"), mixed.toString());
        assertEquals(7, push(good, "strangers", "keys").exit);
        Run unknownDirector = push(good, "keys", "strangers");
        assertEquals(7, unknownDirector.exit);
        assertTrue(unknownDirector.last().get("text").toString().contains("director role: 0 valid signatures"), unknownDirector.lines.toString());
        Run again = push(good, "keys", "strangers");
        assertEquals(7, again.exit, "the same words again are no new report, and still the answer");
        Run greedy = push(module("greedy", "weather-2", "[[capability]]\nkind = \"gpio\"\nname = \"pump\"\n"), "keys", "keys");
        assertEquals(9, greedy.exit);
        assertTrue(greedy.last().get("text").toString().contains("pump"), greedy.lines.toString());
        Run bad = push(module("bad", "weather-3", ""), "keys", "keys");
        assertEquals(1, bad.exit);
        assertEquals("failed", bad.last().get("outcome"));
        assertEquals("rolled-back", bad.lines.get(bad.lines.size() - 3).get("phase"));
    }

    @Test
    void whatIsSavedIsPushed() throws Exception {
        Path wasm = module("watched", "weather-1", "");
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-cp",
            System.getProperty("java.class.path"), "dev.thimble.simulator.Main", "push", wasm.toString(), "--watch", "--json"));
        command.addAll(List.of("--device", "bench", "--broker", bench.url(), "--root", bench.topics.root(), "--keys", folder.resolve("keys").toString()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            Map<?, ?> first = outcome(out);
            assertEquals("committed", first.get("outcome"));

            byte[] second = SampleRelease.resource("weather-2.wasm");
            Files.write(wasm, Arrays.copyOf(second, second.length / 2));
            Map<?, ?> half = outcome(out);
            assertEquals("not-pushed", half.get("outcome"), half.toString());
            assertTrue(half.get("text").toString().contains("offset"), half.toString());

            // As an editor does it: aside, then renamed over.
            Files.move(Files.write(folder.resolve("aside"), second), wasm, StandardCopyOption.REPLACE_EXISTING);
            Map<?, ?> pushed = outcome(out);
            assertEquals("committed", pushed.get("outcome"));
            assertTrue((Double) pushed.get("sequence") > (Double) first.get("sequence"), pushed.toString());
            Reported.Module row = bench.await("the release that was saved", m -> bench.row(m) instanceof Reported.Module r
                && r.phase().isAtRest() && r.sequence() == ((Double) pushed.get("sequence")).longValue() ? r : null);
            assertNull(row.error());
            assertTrue(process.isAlive(), "it goes on watching");
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static Map<?, ?> outcome(BufferedReader out) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Map<?, ?> object = Json.parse(line, Map.class);
            if (object.containsKey("outcome")) {
                return object;
            }
        }
        throw new AssertionError("the command ended");
    }

    /** A sample's binary and description under another name, on a short probation. */
    private static Path module(String name, String sample, String more) throws IOException {
        String toml = new String(SampleRelease.resource(sample + ".toml"), StandardCharsets.UTF_8)
            .replace("probation-seconds = 5", "probation-seconds = 2").replace("minimum-ticks = 6", "minimum-ticks = 1")
            .replace("tick-millis = 500", "tick-millis = 100");
        Files.writeString(folder.resolve(name + ".toml"), toml + more);
        return Files.write(folder.resolve(name + ".wasm"), SampleRelease.resource(sample + ".wasm"));
    }

    private record Run(int exit, List<Map<?, ?>> lines) {
        Map<?, ?> last() {
            return lines.getLast();
        }
    }

    private static Run push(Path wasm, String releaseKeys, String directorKeys) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            int exit = Thimble.commandLine().execute("push", wasm.toString(), "--json", "--device", "bench", "--broker", bench.url(),
                "--root", bench.topics.root(), "--keys", folder.resolve(releaseKeys).toString(),
                "--key", folder.resolve(directorKeys).resolve(Keys.DIRECTOR).toString());
            List<Map<?, ?>> lines = new ArrayList<>();
            out.toString(StandardCharsets.UTF_8).lines().forEach(line -> lines.add(Json.parse(line, Map.class)));
            return new Run(exit, lines);
        } finally {
            System.setOut(before);
        }
    }
}
