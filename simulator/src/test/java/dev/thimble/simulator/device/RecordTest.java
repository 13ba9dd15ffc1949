package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.thimble.agent.AgentOptions;
import dev.thimble.agent.Json;
import dev.thimble.agent.cli.Thimble;
import dev.thimble.agent.operator.Description;
import dev.thimble.agent.recording.RecordingOptions;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.simulated.Pin;
import dev.thimble.hal.toml.Toml;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Reported;
import dev.thimble.simulator.TestBroker;
import dev.thimble.simulator.sim.SimCommand;
import dev.thimble.wasm.WasmModule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A module of an agent on a real broker is recorded by an operator, and the recording is replayed without the device. */
@Timeout(120)
class RecordTest {
    private static final String MODULE = "watcher";
    private static final String GRANTS = """
        [watcher]
        [[watcher.device]]
        kind = "gpio"
        alias = "lamp"
        line = "GPIO23"
        modes = ["out"]
        safe = "inactive"
        [[watcher.device]]
        kind = "gpio"
        alias = "pulse"
        line = "GPIO22"
        modes = ["in"]
        [[watcher.device]]
        kind = "i2c"
        alias = "air"
        bus = "i2c1"
        addresses = ["0x76"]
        [[watcher.publish]]
        topic = "seen"
        [[watcher.subscribe]]
        filter = "stop"
        [watcher.quotas]
        fuel-per-event = 1_000_000
        """;
    private static final String DESCRIPTION = """
        module = "watcher"
        version = "1.0.0"
        sequence = 1
        [resources]
        memory-pages = 1
        stack-depth = 16
        fuel-per-event = 100_000
        [[capability]]
        kind = "gpio"
        name = "lamp"
        [[capability]]
        kind = "gpio"
        name = "pulse"
        [[capability]]
        kind = "i2c"
        name = "air"
        addresses = [0x76]
        [[capability]]
        kind = "publish"
        name = "seen"
        [[capability]]
        kind = "subscribe"
        name = "stop"
        [health]
        probation-seconds = 1
        """;

    @TempDir Path folder;

    private record Run(int exit, List<JsonObject> lines, String err) {
        JsonObject last() {
            return lines.getLast();
        }

        /** The second argument of each call of an import. */
        List<String> arguments(String function) {
            return lines.stream().filter(l -> l.has("function") && l.get("function").getAsString().equals(function))
                .map(l -> l.getAsJsonArray("arguments").get(1).getAsString()).toList();
        }
    }

    private static Run thimble(String... arguments) {
        StringWriter err = new StringWriter();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            CommandLine line = Thimble.commandLine().addSubcommand(new SimCommand()).setErr(new PrintWriter(err));
            int exit = line.execute(arguments);
            return new Run(exit, out.toString(StandardCharsets.UTF_8).lines().map(l -> Json.parse(l, JsonObject.class)).toList(), err.toString());
        } finally {
            System.setOut(before);
        }
    }

    private static Run record(Bench bench, String... more) {
        List<String> arguments = new ArrayList<>(List.of("record", "bench", "--broker", bench.url(), "--root", bench.topics.root(), "--json", "-q"));
        arguments.addAll(Arrays.asList(more));
        return thimble(arguments.toArray(String[]::new));
    }

    private static Run replay(Path file, String... more) {
        List<String> arguments = new ArrayList<>(List.of("sim", "--replay", file.toString(), "--json", "-q"));
        arguments.addAll(Arrays.asList(more));
        return thimble(arguments.toArray(String[]::new));
    }

    private static byte[] wasm() throws IOException {
        try (InputStream in = RecordTest.class.getResourceAsStream("watcher.wasm")) {
            return in.readAllBytes();
        }
    }

    private static GrantSet grants() throws IOException {
        try (InputStream in = RecordTest.class.getResourceAsStream("/dev/thimble/simulator/grants.toml")) {
            return GrantSet.read(Toml.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8) + GRANTS, "grants"), BoardFile.builtIn("raspberry-pi-4"));
        }
    }

    private Bench bench(long maxBytes) throws Exception {
        GrantSet grants = grants();
        UnaryOperator<AgentOptions> adjust = o -> new AgentOptions(o.topics(), o.data(), o.link(), o.trusted(), o.development(), grants, o.restartPolicy(),
            o.timing(), o.inboxEvents(), o.flashQuota(), o.conventions(), new RecordingOptions(maxBytes, null));
        Bench bench = new Bench(folder.resolve("flash"), adjust);
        SignedModule watcher = SignedModule.sign(Description.describe(DESCRIPTION, "watcher.toml", WasmModule.parse(wasm())), wasm(), 4096, List.of(),
            List.of(bench.keys.release()));
        bench.operator.offer(watcher);
        bench.operator.assign(Map.of(MODULE, watcher.digest()), bench.keys.director());
        bench.await("watcher committed", m -> m.topic().equals(bench.topics.reported()) ? Reported.decode(m.payload()).modules().stream()
            .filter(r -> r.name().equals(MODULE) && r.phase().isAtRest() && r.sequence() == 1).findFirst().orElse(null) : null);
        return bench;
    }

    private static List<String> seen(Bench bench, int mark) {
        return bench.since(mark).stream().filter(m -> m.topic().equals(bench.topics.published(MODULE) + "seen"))
            .map(m -> new String(m.payload(), StandardCharsets.UTF_8)).toList();
    }

    /** Edges on the line that the module watches. */
    private static Thread pulses(Pin pin) {
        return Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < 200 && !Thread.currentThread().isInterrupted(); i++) {
                pin.drive(i & 1);
                try {
                    Thread.sleep(17);
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
    }

    @Test
    void aReplayIsTheRunThatWasRecorded() throws Exception {
        Path file = folder.resolve("watcher.recording");
        try (Bench bench = bench(1 << 20)) {
            int mark = bench.mark();
            List<String> lamp = new ArrayList<>();
            bench.device().pi().board().pin("GPIO23").listen((pin, level, nanos) -> lamp.add(Integer.toString(level)));
            Thread pulses = pulses(bench.device().pi().board().pin("GPIO22"));
            Run recorded = record(bench, MODULE, "--events", "100", "-o", file.toString());
            pulses.interrupt();
            assertEquals(0, recorded.exit, recorded.err);
            assertTrue(recorded.last().get("end").getAsString().contains("100 events"), recorded.last().toString());
            List<String> published = seen(bench, mark);

            Run replayed = replay(file);
            assertEquals(0, replayed.exit, replayed.err);
            List<String> again = replayed.arguments("thimble:mqtt/1 publish");
            assertTrue(again.size() >= 30, again.size() + " messages");
            int first = published.indexOf(again.getFirst());
            assertTrue(first >= 0 && published.get(first).split(" ")[1].equals("1"), "from its start on");
            assertEquals(published.subList(first, first + again.size()), again, "the same messages, with the same chance, air and time");
            assertTrue(again.stream().anyMatch(m -> !m.split(" ")[2].equals("-7")), "events came");
            assertTrue(again.stream().allMatch(m -> m.endsWith(" " + 0x7ff8_0000_0000_0000L)), "and the NaN is the canonical one");
            List<String> levels = replayed.arguments("thimble:gpio/1 write");
            List<String> changes = new ArrayList<>();
            String level = "0";
            for (String next : levels) {
                if (!next.equals(level)) {
                    changes.add(next);
                }
                level = next;
            }
            assertTrue(java.util.Collections.indexOfSubList(lamp, changes) >= 0, "the same on the pin");
            assertEquals(100, replayed.last().get("events").getAsInt());

            Run other = replay(file);
            assertEquals(replayed.lines, other.lines, "fuel and checksum of the memory too");
            stops(file, replayed);
            assertEquals(0, record(bench, "--fetch", "-o", folder.resolve("again.recording").toString()).exit);
            assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(folder.resolve("again.recording")));
            bench.restart();
            assertEquals(0, record(bench, "--fetch", "-o", folder.resolve("after.recording").toString()).exit, "a restart keeps it");
            assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(folder.resolve("after.recording")));
        }
        isCut(file);
    }

    private void stops(Path file, Run whole) throws IOException {
        Path dump = folder.resolve("core.wasm");
        Run stopped = replay(file, "--until-event", "42", "--coredump", dump.toString());
        assertEquals(0, stopped.exit, stopped.err);
        JsonObject state = stopped.last();
        assertEquals(42, state.get("events").getAsInt());
        assertEquals(whole.lines.subList(0, stopped.lines.size() - 1), stopped.lines.subList(0, stopped.lines.size() - 1));
        assertTrue(state.getAsJsonArray("stack").toString().contains("watcher.c:"), state.toString());
        byte[] core = Files.readAllBytes(dump);
        assertArrayEquals(new byte[] {0, 'a', 's', 'm'}, Arrays.copyOf(core, 4));
        assertTrue(new String(core, StandardCharsets.ISO_8859_1).contains("corestack"));

        long fuel = state.get("fuel").getAsLong();
        state = replay(file, "--until-fuel", Long.toString(fuel - 100)).last();
        assertTrue(state.get("events").getAsInt() <= 42 && state.get("fuel").getAsLong() >= fuel - 100, state.toString());
        assertFalse(state.getAsJsonArray("stack").isEmpty());
        assertEquals(2, thimble("sim", "--until-event", "3").exit);
    }

    /** Every prefix is refused, or replays to a prefix of the messages. */
    private void isCut(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        List<String> messages = replay(file).arguments("thimble:mqtt/1 publish");
        Path cut = folder.resolve("cut.recording");
        int replayed = 0;
        int longest = 0;
        for (int length = 0; length < whole.length; length += length < 40 || length > whole.length - 300 ? 1 : 61) {
            Files.write(cut, Arrays.copyOf(whole, length));
            Run run = replay(cut);
            if (run.exit == 0) {
                replayed++;
                List<String> some = run.arguments("thimble:mqtt/1 publish");
                assertEquals(messages.subList(0, some.size()), some);
                assertTrue(some.size() >= longest);
                longest = some.size();
                assertTrue(run.last().get("end").getAsString().contains("breaks off"), run.last().toString());
            } else {
                assertEquals(1, run.exit);
                assertTrue(run.err.contains("breaks off in its beginning") || run.err.contains("ends in its beginning") || run.err.contains("is not a recording"), run.err);
            }
        }
        assertTrue(replayed > 300 && longest >= messages.size() - 1, replayed + " replayed, " + longest + " messages");
        whole[whole.length / 2] ^= 1;
        Files.write(cut, whole);
        Run damaged = replay(cut);
        assertEquals(1, damaged.exit);
        assertTrue(damaged.err.contains("damaged"), damaged.err);
    }

    @Test
    void aFailureIsTheLastThingThatIsRecorded() throws Exception {
        Path file = folder.resolve("trap.recording");
        try (Bench bench = bench(1 << 20)) {
            Thread stopper = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(1500);
                } catch (InterruptedException e) {
                    return;
                }
                bench.link().publish(bench.topics.subscribed(MODULE) + "stop", new byte[] {1}, 1, false);
            });
            Run recorded = record(bench, MODULE, "--for", "1m", "-o", file.toString());
            stopper.join();
            assertEquals(0, recorded.exit, recorded.err);
            assertTrue(recorded.last().get("end").getAsString().startsWith("the module failed: unreachable"), recorded.last().toString());
            ReceivedMessage incident = bench.await("an incident", m -> m.topic().equals(bench.topics.incident()) ? m : null);
            Run replayed = replay(file, "--coredump", folder.resolve("core.wasm").toString());
            assertEquals(4, replayed.exit, replayed.err);
            assertEquals(Json.parse(new String(incident.payload(), StandardCharsets.UTF_8), JsonObject.class).getAsJsonArray("trace"),
                replayed.last().getAsJsonArray("stack"), "it fails where the device has failed");
            assertTrue(Files.size(folder.resolve("core.wasm")) > 0);
            int mark = bench.mark();
            bench.await(mark, "the module again", m -> m.topic().startsWith(bench.topics.published(MODULE)) ? m : null);
        }
    }

    @Test
    void theSimulatorRecordsItsOwnModule() throws Exception {
        Path file = folder.resolve("weather.recording");
        try (TestBroker broker = TestBroker.start()) {
            Run run = thimble("sim", "--headless", "--for", "6s", "--broker", broker.url(), "--record", file.toString(), "--json");
            assertEquals(0, run.exit, run.err);
            List<String> printed = run.lines.stream().map(l -> l.get("payload").getAsString()).toList();
            Run replayed = replay(file);
            assertEquals(0, replayed.exit, replayed.err);
            List<String> again = replayed.arguments("thimble:mqtt/1 publish");
            assertTrue(printed.size() > 2, run.lines.toString());
            assertEquals(printed, again.subList(0, printed.size()), "from the first one on");
            assertEquals(2, thimble("sim", "--replay", file.toString(), "--record", file.toString()).exit);
        }
    }

    @Test
    void whatIsNotAllowedOrNotThereIsRefused() throws Exception {
        try (Bench bench = bench(0)) {
            Run off = record(bench, MODULE);
            assertEquals(9, off.exit);
            assertTrue(off.err.contains("record.bytes"), off.err);
            assertEquals(9, record(bench, "--fetch").exit);
        }
    }

    @Test
    void aRecordingKeepsWithinWhatTheOwnerAllows() throws Exception {
        Path file = folder.resolve("small.recording");
        try (Bench bench = bench(12_000)) {
            assertEquals(2, record(bench).exit);
            assertEquals(2, record(bench, MODULE, "--stop").exit);
            assertEquals(1, record(bench, "--fetch").exit, "there is none yet");
            Run unknown = record(bench, "nobody");
            assertEquals(1, unknown.exit);
            assertTrue(unknown.err.contains("no module 'nobody'"), unknown.err);
            Run recorded = record(bench, MODULE, "-o", file.toString());
            assertEquals(0, recorded.exit, recorded.err);
            assertTrue(Files.size(file) <= 12_000, Files.size(file) + " bytes");
            assertTrue(recorded.last().get("end").getAsString().contains("are used up"), recorded.last().toString());
            assertEquals(0, replay(file).exit);
            int mark = bench.mark();
            bench.await(mark, "the module goes on", m -> m.topic().startsWith(bench.topics.published(MODULE)) ? m : null);
            Run tiny = record(bench, MODULE, "--max-bytes", "1KiB");
            assertEquals(1, tiny.exit);
            assertTrue(tiny.err.contains("cannot be recorded") && tiny.err.contains("1024 are allowed"), tiny.err);
        }
    }
}
