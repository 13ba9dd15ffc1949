package dev.thimble.simulator.device;

import dev.thimble.agent.AgentOptions;
import dev.thimble.agent.Json;
import dev.thimble.agent.operator.Description;
import dev.thimble.agent.operator.Keys;
import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.paho.PahoLink;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.store.AuditRecord;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.ota.trust.Trust;
import dev.thimble.simulator.TestBroker;
import dev.thimble.simulator.world.SampleRelease;
import dev.thimble.simulator.world.SimulatedDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A simulated device on a real broker, with weather 1 committed and measuring, and somebody who watches its topics. */
final class Bench implements AutoCloseable {
    static final String MODULE = "weather";
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int CHUNK = 1024;

    private final TestBroker broker = TestBroker.start();
    final Topics topics = new Topics("test/1", "bench");
    final Keys keys = Keys.generate(true);
    final Operator operator;
    private final Path flash;
    private final String way;
    private final UnaryOperator<AgentOptions> adjust;
    private SimulatedDevice device;
    private final MqttLink watcher;
    private final List<ReceivedMessage> seen = new ArrayList<>();

    Bench(Path flash) throws Exception {
        this(flash, UnaryOperator.identity());
    }

    /** @param also topics to watch beside the device's own */
    Bench(Path flash, UnaryOperator<AgentOptions> adjust, String... also) throws Exception {
        this(flash, "#", UnaryOperator.identity(), adjust, also);
    }

    /**
     * @param watched what is kept of the traffic below the root
     * @param way from the broker's address to the one that the device is given
     */
    Bench(Path flash, String watched, UnaryOperator<String> way, UnaryOperator<AgentOptions> adjust, String... also) throws Exception {
        this.flash = flash;
        this.way = way.apply(broker.url());
        this.adjust = adjust;
        watcher = PahoLink.create(LinkOptions.builder(broker.url(), "watcher").build());
        watcher.subscribe(topics.root() + "/" + watched, 1, this::arrived);
        for (String filter : also) {
            watcher.subscribe(filter, 1, this::arrived);
        }
        watcher.start();
        operator = new Operator(broker.url(), topics);
        operator.awaitOnline(PATIENCE);
        boot();
        SignedModule first = sign(1, SampleRelease.resource("weather-1.wasm"), keys.release());
        operator.offer(first);
        operator.assign(Map.of(MODULE, first.digest()), keys.director());
        await("weather 1 committed", m -> row(m) instanceof Reported.Module r && r.phase().isAtRest() && r.sequence() == 1 ? r : null);
    }

    private void boot() throws IOException {
        BoardFile board = BoardFile.builtIn("raspberry-pi-4");
        device = new SimulatedDevice(way, topics, flash, keys.trusted(), board, null, SimulatedDevice.sampleGrants(board), 1, adjust);
        device.start();
    }

    /** Assigns that no module is to run. */
    void assignNothing() throws InterruptedException {
        long generation = 1 + operator.reported().generation();
        operator.publishDesired(Trust.signDesired(new Desired("device:bench", generation, Map.of(), Map.of(), false, 0, 0),
            List.of(keys.director())));
    }

    /** The operator's word about every module. */
    void ask(Event.Verb verb) {
        watcher.publish(topics.command(verb.name().toLowerCase(java.util.Locale.ROOT)), new byte[0], 1, false);
    }

    /** Switches the device off in order. */
    void stop() {
        device.close();
    }

    SimulatedDevice device() {
        return device;
    }

    synchronized List<ReceivedMessage> since(int mark) {
        return List.copyOf(seen.subList(mark, seen.size()));
    }

    /** Switches the device off and on again. */
    void restart() throws IOException {
        device.close();
        boot();
    }

    /** Signs a binary as the weather module with a short probation. */
    static SignedModule sign(long sequence, byte[] wasm, List<Manifest.HostImport> imports, SigningKey key) {
        return sign(sequence, wasm, imports, key, "weather-1.toml", "");
    }

    /** @param more put before the first line of the description */
    static SignedModule sign(long sequence, byte[] wasm, List<Manifest.HostImport> imports, SigningKey key, String description, String more) {
        String toml = new String(SampleRelease.resource(description), StandardCharsets.UTF_8)
            .replaceFirst("sequence = [0-9]+", "sequence = " + sequence + "\n" + more).replace("probation-seconds = 5", "probation-seconds = 1")
            .replace("minimum-ticks = 6", "minimum-ticks = 1").replace("tick-millis = 500", "tick-millis = 100");
        return SignedModule.sign(Description.describe(toml, "weather.toml", imports), wasm, CHUNK, List.of(), List.of(key));
    }

    static SignedModule sign(long sequence, byte[] wasm, SigningKey key) {
        return sign(sequence, wasm, Description.imports(dev.thimble.wasm.WasmModule.parse(wasm)), key);
    }

    /** The device's own link, for its counters. */
    MqttLink deviceLink() {
        return device.agent().link();
    }

    String url() {
        return broker.url();
    }

    MqttLink link() {
        return watcher;
    }

    private synchronized void arrived(ReceivedMessage message) {
        seen.add(message);
        notifyAll();
    }

    synchronized int mark() {
        return seen.size();
    }

    synchronized boolean noneSince(int mark, Predicate<ReceivedMessage> unwanted) {
        return seen.subList(mark, seen.size()).stream().noneMatch(unwanted);
    }

    <T> T await(String what, Function<ReceivedMessage, T> look) throws InterruptedException {
        return await(0, what, look);
    }

    /** The first thing that {@code look} finds in a message from the mark on. */
    synchronized <T> T await(int mark, String what, Function<ReceivedMessage, T> look) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        int next = mark;
        while (true) {
            for (; next < seen.size(); next++) {
                T found = look.apply(seen.get(next));
                if (found != null) {
                    return found;
                }
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("not seen: " + what + "; the last report is " + lastReport());
            }
            wait(left);
        }
    }

    private Reported lastReport() {
        return seen.reversed().stream().filter(m -> m.topic().equals(topics.reported())).findFirst()
            .map(m -> Reported.decode(m.payload())).orElse(null);
    }

    /** The weather module's row of a report, else null. */
    Reported.Module row(ReceivedMessage message) {
        return message.topic().equals(topics.reported()) ? Reported.decode(message.payload()).modules().stream()
            .filter(m -> m.name().equals(MODULE)).findFirst().orElse(null) : null;
    }

    /** The text of an audit record, else null. */
    String audit(ReceivedMessage message) {
        return message.topic().equals(topics.event()) ? AuditRecord.decode(message.payload()).what() : null;
    }

    /** The number of the sample in a reading, else null. */
    Long sample(ReceivedMessage message) {
        return message.topic().equals(topics.published(MODULE) + "readings")
            ? ((Double) Json.parse(new String(message.payload(), StandardCharsets.UTF_8), Map.class).get("n")).longValue() : null;
    }

    synchronized long samplesSince(int mark) {
        return seen.subList(mark, seen.size()).stream().filter(m -> sample(m) != null).count();
    }

    /** Waits for three more samples, and gives back how the whole sequence of numbers so far departs from 1, 2, 3, …; empty for not. */
    String disturbance() throws InterruptedException {
        int mark = mark();
        int[] more = {0};
        await(mark, "three more samples", m -> sample(m) != null && ++more[0] == 3 ? m : null);
        List<Long> all;
        synchronized (this) {
            all = seen.stream().map(this::sample).filter(java.util.Objects::nonNull).toList();
        }
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) != i + 1) {
                return "sample " + (i + 1) + " is " + all.get(i);
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        device.close();
        operator.close();
        watcher.close();
        broker.close();
    }
}
