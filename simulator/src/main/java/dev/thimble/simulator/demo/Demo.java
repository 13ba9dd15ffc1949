package dev.thimble.simulator.demo;

import com.google.gson.JsonSyntaxException;
import dev.thimble.agent.Json;
import dev.thimble.agent.cell.Incident;
import dev.thimble.agent.operator.Keys;
import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.store.AuditRecord;
import dev.thimble.simulator.demo.Observer.NotSeenException;
import dev.thimble.simulator.demo.Observer.Seen;
import dev.thimble.simulator.world.Broker;
import dev.thimble.simulator.world.PinReporter;
import dev.thimble.simulator.world.SampleRelease;
import dev.thimble.simulator.world.SimulatedDevice;
import dev.thimble.simulator.world.SimulatedPi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The whole life of a module in half a minute: installed over the air, measuring, replaced by a better version which
 * goes on counting, and by a bad one which is taken back. Each step counts only when the {@link Observer} saw it.
 */
final class Demo {
    private static final String MODULE = "weather";
    private static final String BOARD = "raspberry-pi-4";
    /** Small, so that a module of a few KiB still travels in several pieces. */
    private static final int CHUNK = 1024;
    private static final Duration SOON = Duration.ofSeconds(8);
    private static final Duration PROBATION = Duration.ofSeconds(15);
    /** A filtered reading lags behind the air by less than this. */
    private static final double DEGREES = 0.5;
    private static final double HECTOPASCAL = 1;

    private final Broker broker;
    private final Timeline timeline;
    private final Topics topics = new Topics("thimble/1", "demo-" + UUID.randomUUID().toString().substring(0, 8));
    private final Keys keys = Keys.generate(true);
    private String step = "start";

    Demo(Broker broker, Timeline timeline) {
        this.broker = broker;
        this.timeline = timeline;
    }

    /**
     * Runs the story.
     *
     * @param flash an empty folder
     * @return whether every step was observed
     */
    boolean run(Path flash) throws Exception {
        BoardFile board = BoardFile.builtIn(BOARD);
        try (Observer observer = new Observer(broker.url(), topics.root() + "/#")) {
            try (SimulatedDevice device = new SimulatedDevice(broker.url(), topics, flash, keys.trusted(), board,
                    SimulatedDevice.sampleGrants(board), 1);
                Operator operator = new Operator(broker.url(), topics)) {
                tell(observer, device, operator);
                return true;
            } catch (NotSeenException e) {
                timeline.missed(step, e.getMessage());
                return false;
            } finally {
                for (String topic : List.of(topics.desired(), topics.reported(), topics.birth(), topics.online(), ledTopic())) {
                    observer.clear(topic);
                }
            }
        }
    }

    private void tell(Observer observer, SimulatedDevice device, Operator operator) throws Exception {
        step = "broker";
        timeline.seen(step, (broker.isEmbedded() ? "embedded broker on " : "using the broker ") + broker.url());
        goOnline(observer, device);
        push(observer, operator, "weather-1", 1);
        watchReadings(observer, device.pi());
        watchLed(observer);
        awaitCommit(observer, 1, 0);
        int beforeSecond = observer.mark();
        push(observer, operator, "weather-2", 2);
        awaitTakeover(observer, beforeSecond);
        awaitCommit(observer, 2, beforeSecond);
        int beforeThird = observer.mark();
        push(observer, operator, "weather-3", 3);
        awaitRollback(observer, beforeThird);
        awaitReturn(observer, beforeThird);
        timeline.seen("done", "every step was seen by an independent subscriber");
    }

    private void goOnline(Observer observer, SimulatedDevice device) throws InterruptedException {
        step = "device";
        timeline.begin("agent starts on a simulated " + BOARD + " with a BME280 on I2C and an LED on GPIO 17");
        device.start();
        observer.await(0, "'online' on " + topics.online(), SOON, m -> m.topic().equals(topics.online()) && m.text().equals("online"));
        observer.await(0, "a birth certificate", SOON, m -> m.topic().equals(topics.birth()));
        timeline.seen(step, topics.device() + " is online");
    }

    /** Assigns a signed sample and waits until it runs, watching its chunks go over the broker. */
    private void push(Observer observer, Operator operator, String sample, long sequence) throws InterruptedException {
        step = "push " + sequence;
        SignedModule release = SampleRelease.sign(sample, keys.release(), CHUNK);
        int mark = observer.mark();
        timeline.begin("push " + sample + ".wasm, " + release.manifest().size() + " bytes, signed by the release key");
        operator.offer(release);
        operator.assign(Map.of(MODULE, release.digest()), keys.director());
        observer.await(mark, "the signed assignment", SOON, m -> m.topic().equals(topics.desired()) && m.payload().length > 0);
        Predicate<Seen> chunk = m -> release.manifest().payloads().stream()
            .anyMatch(p -> m.topic().startsWith(topics.block(p.digest().toString(), "")));
        Seen probation = observer.await(mark, sample + " in probation", SOON,
            m -> row(m) instanceof Reported.Module row && row.phase() == Phase.PROBATION);
        List<Seen> chunks = observer.since(mark, chunk);
        long distinct = chunks.stream().map(Seen::topic).distinct().count();
        if (distinct < 2) {
            throw new NotSeenException("the module did not travel in chunks: " + distinct + " seen");
        }
        double millis = (probation.nanos() - chunks.getFirst().nanos()) / 1e6;
        timeline.seen(step, String.format(Locale.ROOT, "%s %s: %d chunks, verified, staged and swapped in; on probation %.0f ms after the first chunk",
            MODULE, release.manifest().version(), distinct, millis));
    }

    private void watchReadings(Observer observer, SimulatedPi pi) throws InterruptedException {
        step = "readings";
        Reading first = null;
        for (long n = 1; n <= 5; n++) {
            long wanted = n;
            Reading reading = reading(observer.await(0, "sample " + n, SOON, m -> reading(m) instanceof Reading r && r.n() >= wanted));
            if (reading.n() != n) {
                throw new NotSeenException("sample " + n + " is missing: " + reading.n() + " came instead");
            }
            first = first == null ? reading : first;
            close("temperature", reading.temperature(), pi.temperature(), DEGREES, "°C");
            close("pressure", reading.pressure(), pi.pressure(), HECTOPASCAL, "hPa");
        }
        timeline.seen(step, String.format(Locale.ROOT, "samples 1 to 5 as JSON: %.2f °C, %.2f %%, %.2f hPa, as the simulated air is",
            first.temperature(), first.humidity(), first.pressure()));
    }

    private static void close(String what, Double measured, double real, double tolerance, String unit) {
        if (measured == null || Math.abs(measured - real) > tolerance) {
            throw new NotSeenException(String.format(Locale.ROOT, "%s of %s %s, the air has %.2f %s", what, measured, unit, real, unit));
        }
    }

    private void watchLed(Observer observer) throws InterruptedException {
        step = "led";
        for (String level : List.of("1", "0", "1")) {
            int mark = observer.mark();
            observer.await(mark, "GPIO 17 at level " + level, SOON, m -> m.topic().equals(ledTopic()) && m.text().equals(level));
        }
        timeline.seen(step, "the LED on GPIO 17 blinks");
    }

    private void awaitCommit(Observer observer, long sequence, int mark) throws InterruptedException {
        step = "commit " + sequence;
        timeline.begin("probation of version " + sequence);
        observer.await(mark, "version " + sequence + " committed", PROBATION,
            m -> row(m) instanceof Reported.Module row && row.phase() == Phase.COMMITTED && row.sequence() == sequence);
        timeline.seen(step, "version " + sequence + " passed its probation and is committed");
    }

    /** Version 2 goes on exactly where version 1 stopped. */
    private void awaitTakeover(Observer observer, int mark) throws InterruptedException {
        step = "state";
        Reading first = reading(observer.await(mark, "a reading of version 2", SOON, m -> reading(m) instanceof Reading r && r.version() == 2));
        List<Reading> all = readings(observer, 0);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).n() != i + 1) {
                throw new NotSeenException("sample " + (i + 1) + " is missing or came twice: the sequence has "
                    + all.get(i).n() + " at this place");
            }
        }
        if (first.dewPoint() == null || first.lowest() == null) {
            throw new NotSeenException("version 2 does not publish what is new in it: " + first);
        }
        timeline.seen(step, "version 2 took over at sample " + first.n() + ": none lost, none twice; it adds the dew point, "
            + String.format(Locale.ROOT, "%.2f °C", first.dewPoint()));
    }

    private void awaitRollback(Observer observer, int mark) throws InterruptedException {
        step = "trap";
        observer.await(mark, "a reading of version 3", SOON, m -> reading(m) instanceof Reading r && r.version() == 3);
        Incident incident = incident(observer.await(mark, "the incident of version 3", PROBATION, m -> incident(m) != null));
        timeline.seen(step, incident.summary());
        step = "rollback";
        observer.await(mark, "the roll-back in the audit log", SOON, m -> audit(m).contains("rolled back"));
        Reported.Module row = row(observer.await(mark, "version 3 quarantined", SOON,
            m -> row(m) instanceof Reported.Module r && r.phase() == Phase.QUARANTINED && r.sequence() == 2));
        timeline.seen(step, "version 3 is quarantined: " + row.text().lines().findFirst().orElse(""));
    }

    /** Version 2 is back with the state that it had when it was replaced. */
    private void awaitReturn(Observer observer, int mark) throws InterruptedException {
        step = "return";
        List<Reading> before = readings(observer, 0);
        int lastOfThird = lastIndexOf(before, 3);
        List<Reading> ofSecond = before.subList(0, lastOfThird).stream().filter(r -> r.version() == 2).toList();
        Reading last = ofSecond.getLast();
        Seen back = observer.await(mark, "version 2 measuring again", SOON, m -> reading(m) instanceof Reading r
            && r.version() == 2 && isAfterThird(observer, m));
        Reading reading = reading(back);
        if (reading.n() != last.n() + 1) {
            throw new NotSeenException("version 2 came back at sample " + reading.n() + ", not at " + (last.n() + 1) + " where it was replaced");
        }
        if (reading.lowest() > last.lowest() || reading.highest() < last.highest()) {
            throw new NotSeenException("version 2 forgot its extremes: " + reading + " after " + last);
        }
        timeline.seen(step, String.format(Locale.ROOT, "version 2 is back with its state: sample %d follows %d, extremes %.2f to %.2f °C kept",
            reading.n(), last.n(), reading.lowest(), reading.highest()));
    }

    private boolean isAfterThird(Observer observer, Seen seen) {
        List<Seen> thirds = observer.since(0, m -> reading(m) instanceof Reading r && r.version() == 3);
        return !thirds.isEmpty() && seen.nanos() > thirds.getLast().nanos();
    }

    private static int lastIndexOf(List<Reading> readings, int version) {
        for (int i = readings.size() - 1; i >= 0; i--) {
            if (readings.get(i).version() == version) {
                return i;
            }
        }
        return readings.size();
    }

    private List<Reading> readings(Observer observer, int mark) {
        return observer.since(mark, m -> reading(m) != null).stream().map(this::reading).toList();
    }

    private String ledTopic() {
        return PinReporter.topic(topics.root(), topics.device(), SimulatedPi.LED_LINE);
    }

    /** The message as a reading of the module, or null. */
    private Reading reading(Seen message) {
        return message.topic().equals(topics.published(MODULE) + "readings") ? json(message, Reading.class) : null;
    }

    private Incident incident(Seen message) {
        return message.topic().equals(topics.incident()) ? json(message, Incident.class) : null;
    }

    private static <T> T json(Seen message, Class<T> type) {
        try {
            return Json.parse(message.text(), type);
        } catch (JsonSyntaxException e) {
            throw new NotSeenException("not JSON on " + message.topic() + ": " + message.text());
        }
    }

    /** The module's row in a report, or null. */
    private Reported.Module row(Seen message) {
        if (!message.topic().equals(topics.reported()) || message.payload().length == 0) {
            return null;
        }
        try {
            return Reported.decode(message.payload()).modules().stream().filter(m -> m.name().equals(MODULE)).findFirst().orElse(null);
        } catch (MalformedDocumentException e) {
            throw new NotSeenException("no report on " + message.topic() + ": " + e.getMessage());
        }
    }

    /** The text of an audit event, empty for other messages. */
    private String audit(Seen message) {
        try {
            return message.topic().equals(topics.event()) ? AuditRecord.decode(message.payload()).what() : "";
        } catch (MalformedDocumentException e) {
            throw new NotSeenException("no audit record on " + message.topic() + ": " + e.getMessage());
        }
    }
}
