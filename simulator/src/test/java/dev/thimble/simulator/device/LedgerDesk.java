package dev.thimble.simulator.device;

import dev.thimble.agent.Agent;
import dev.thimble.agent.AgentOptions;
import dev.thimble.agent.cell.RestartPolicy;
import dev.thimble.agent.cell.Supervisor;
import dev.thimble.agent.convention.ConventionOptions;
import dev.thimble.agent.operator.Keys;
import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.port.HostRandom;
import dev.thimble.agent.port.Topics;
import dev.thimble.agent.recording.RecordingOptions;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.simulated.PacedClock;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.paho.PahoLink;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.step.Timing;
import dev.thimble.ota.store.AuditRecord;
import dev.thimble.ota.trust.Trust;
import dev.thimble.simulator.TestBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** An agent in this process with the module that keeps accounts, on a real broker, and somebody who reads the accounts. */
final class LedgerDesk implements AutoCloseable {
    static final int TICK_MILLIS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int INBOX_EVENTS = 8192;

    final Keys keys = Keys.generate(true);
    final PacedClock clock = new PacedClock(1);
    private final BoardFile file = BoardFile.builtIn("raspberry-pi-4");
    final SimulatedBoard board = new SimulatedBoard(file, clock);
    private final Topics topics = new Topics("ledger/1", "bench");
    private final TestBroker broker = TestBroker.start();
    private final Operator operator;
    private final MqttLink observer;
    private final Path flash;
    private final Timing timing;
    private final List<Ledger.Entry> entries = new ArrayList<>();
    private final List<String> audits = new ArrayList<>();
    private Reported.Module row;
    private long generation;
    private Agent agent;

    LedgerDesk(Path flash, Timing timing) throws Exception {
        this.flash = flash;
        this.timing = timing;
        observer = PahoLink.create(LinkOptions.builder(broker.url(), "observer").inbox(4096, 4 << 20).build());
        observer.subscribe(topics.published(Ledger.MODULE) + "ledger", 1, this::entry);
        observer.subscribe(topics.reported(), 1, this::reported);
        observer.subscribe(topics.event(), 1, this::audited);
        observer.start();
        operator = new Operator(broker.url(), topics);
        operator.awaitOnline(PATIENCE);
        boot();
    }

    private void boot() throws IOException {
        AgentOptions options = new AgentOptions(topics, flash, LinkOptions.builder(broker.url(), "thimble-bench")
            .backoff(Duration.ofMillis(50), Duration.ofMillis(500)), keys.trusted(), true, Ledger.grants(file), RestartPolicy.DEFAULT,
            timing, INBOX_EVENTS, 64 << 20, ConventionOptions.NONE, RecordingOptions.OFF);
        agent = new Agent(options, board, clock, Supervisor.Idle.system(), new HostRandom());
        agent.start();
    }

    /** Switches the device off and on again. */
    void restart() throws IOException {
        agent.close();
        boot();
    }

    Agent agent() {
        return agent;
    }

    String url() {
        return broker.url();
    }

    String root() {
        return topics.root();
    }

    SignedModule release(long sequence) {
        return Ledger.release(sequence, TICK_MILLIS, 1, keys.release());
    }

    void assign(SignedModule release, Map<String, String> settings) {
        operator.offer(release);
        Desired desired = new Desired("device:bench", ++generation, Map.of(Ledger.MODULE, release.digest()),
            Map.of(Ledger.MODULE, settings), false, 0, 0);
        operator.publishDesired(Trust.signDesired(desired, List.of(keys.director())));
    }

    /** Assigns a release and waits until it is committed. */
    void install(SignedModule release, Map<String, String> settings) throws InterruptedException {
        assign(release, settings);
        awaitRow(r -> r.phase().isAtRest() && release.digest().equals(r.running()));
    }

    synchronized Reported.Module awaitRow(Predicate<Reported.Module> wanted) throws InterruptedException {
        await(() -> row != null && wanted.test(row));
        return row;
    }

    /** The first of the entries from now on that is as wanted. */
    synchronized Ledger.Entry awaitEntry(Predicate<Ledger.Entry> wanted) throws InterruptedException {
        int from = entries.size();
        await(() -> entries.subList(Math.min(from, entries.size()), entries.size()).stream().anyMatch(wanted));
        return entries.subList(from, entries.size()).stream().filter(wanted).findFirst().orElseThrow();
    }

    synchronized String awaitAudit(Predicate<String> wanted) throws InterruptedException {
        await(() -> audits.stream().anyMatch(wanted));
        return audits.stream().filter(wanted).findFirst().orElseThrow();
    }

    synchronized List<Ledger.Entry> entries() {
        return List.copyOf(entries);
    }

    private interface Condition {
        boolean holds();
    }

    private void await(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("not seen; last entry " + (entries.isEmpty() ? null : entries.getLast()) + ", row " + row + ", audit " + audits);
            }
            wait(left);
        }
    }

    private synchronized void entry(ReceivedMessage message) {
        entries.add(Ledger.entry(message));
        notifyAll();
    }

    private synchronized void audited(ReceivedMessage message) {
        audits.add(AuditRecord.decode(message.payload()).what());
        notifyAll();
    }

    private synchronized void reported(ReceivedMessage message) {
        Reported report = Reported.decode(message.payload());
        row = report.generation() < generation ? null
            : report.modules().stream().filter(m -> m.name().equals(Ledger.MODULE)).findFirst().orElse(null);
        notifyAll();
    }

    @Override
    public void close() throws IOException {
        agent.close();
        operator.close();
        observer.close();
        broker.close();
        board.close();
        clock.close();
    }
}
