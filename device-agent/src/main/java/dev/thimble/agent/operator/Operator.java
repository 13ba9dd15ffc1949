package dev.thimble.agent.operator;

import dev.thimble.agent.port.Topics;
import dev.thimble.mqtt.LinkListener;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.paho.PahoLink;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.Get;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.trust.Envelope;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.ota.trust.Trust;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The operator's side of updates, for one device: assigns releases, hands out manifests and chunks, and follows what the
 * device reports. Keeps nothing of its own: what was assigned before is read from the broker, and from the device.
 */
public final class Operator implements AutoCloseable {
    /** A device answers with its retained report at once; longer than this there is none. */
    private static final Duration RETAINED_WAIT = Duration.ofMillis(700);
    private static final int MAX_MESSAGE = 80 << 10;

    private final Topics topics;
    private final MqttLink link;
    private final Map<Digest, List<byte[]>> offers = new ConcurrentHashMap<>();
    private final BlockingQueue<Reported> reports = new LinkedBlockingQueue<>();
    private volatile Desired desired;
    private volatile Reported reported;
    private volatile String linkProblem = "";
    private volatile long chunksSent;

    /** Connects to a broker as it stands. */
    public Operator(String broker, Topics topics) {
        this(topics, LinkOptions.builder(broker, "thimble-operator-" + UUID.randomUUID()));
    }

    /** Connects with credentials, TLS and client identifier of the caller's. */
    public Operator(Topics topics, LinkOptions.Builder options) {
        this.topics = topics;
        link = PahoLink.create(options.sessionExpiry(Duration.ZERO).backoff(Duration.ofMillis(100), Duration.ofSeconds(5))
            .outbox(OutboxOptions.IN_MEMORY.withMaxMessage(MAX_MESSAGE).withVolatileBytes(1 << 20)).build());
        link.listen(new LinkListener() {
            @Override
            public void onState(LinkState state, String reason) {
                linkProblem = reason;
            }
        });
        link.subscribe(topics.desired(), 1, this::onDesired);
        link.subscribe(topics.reported(), 1, this::onReported);
        link.subscribe(topics.get(), 1, this::onGet);
        link.start();
    }

    /**
     * Waits for the broker.
     *
     * @return whether it is there in time
     */
    public boolean awaitOnline(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (link.state() != LinkState.ONLINE) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return true;
    }

    public Topics topics() {
        return topics;
    }

    /** The operator's link, for further questions. */
    MqttLink link() {
        return link;
    }

    /** Why the broker is not reachable, in its words. */
    public String linkProblem() {
        return linkProblem;
    }

    /** The device's last report, or null when it has never reported to this broker. Waits a moment for it. */
    public Reported reported() throws InterruptedException {
        long end = System.nanoTime() + RETAINED_WAIT.toNanos();
        while (reported == null && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return reported;
    }

    /** Chunks handed out since the start. */
    public long chunksSent() {
        return chunksSent;
    }

    /** Has this release to hand out from now on, without assigning it. */
    public void offer(SignedModule release) {
        offers.putAll(release.messages());
    }

    /**
     * Assigns releases to the device, next to what is assigned already.
     *
     * @param modules module name to release
     * @return the new generation
     */
    public long assign(Map<String, Digest> modules, SigningKey director) throws InterruptedException {
        Reported known = reported();
        Desired before = desired;
        long generation = 1 + Math.max(known == null ? 0 : known.generation(), before == null ? 0 : before.generation());
        Map<String, Digest> all = new TreeMap<>(before == null ? Map.of() : before.modules());
        all.putAll(modules);
        Desired next = new Desired("device:" + topics.device(), generation, all,
            before == null ? Map.of() : before.settings(), false, 0, 0);
        publishDesired(Trust.signDesired(next, List.of(director)));
        desired = next;
        return generation;
    }

    /** Publishes a signed assignment as it is. */
    public void publishDesired(byte[] envelope) {
        link.publish(topics.desired(), envelope, 1, true);
    }

    /** How an assigned release ended. */
    public enum Outcome { COMMITTED, REFUSED, TIMEOUT }

    /** @param text the device's words, empty when it committed */
    public record Result(Outcome outcome, String text) {}

    /**
     * Follows the device's reports until the release of a module is committed or given up.
     *
     * @param progress told each report about this module once
     */
    public Result follow(String module, Digest release, long generation, Duration patience,
                         Consumer<Reported.Module> progress) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        Reported.Module last = null;
        while (true) {
            Reported report = reports.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (report == null) {
                return new Result(Outcome.TIMEOUT, last == null ? "the device has not answered" : "still in " + last.phase());
            }
            if (report.generation() < generation) {
                if (!report.refusal().isEmpty()) {
                    return new Result(Outcome.REFUSED, report.refusal());
                }
                continue;
            }
            for (Reported.Module row : report.modules()) {
                if (!row.name().equals(module)) {
                    continue;
                }
                if (!row.equals(last)) {
                    progress.accept(row);
                    last = row;
                }
                if (row.phase().isAtRest() && release.equals(row.running())) {
                    return new Result(Outcome.COMMITTED, "");
                }
                if (row.phase().isAtRest() && row.error() != null) {
                    return new Result(Outcome.REFUSED, row.text());
                }
            }
        }
    }

    @Override
    public void close() {
        link.close();
    }

    private void onDesired(ReceivedMessage message) {
        try {
            // Its own former words: a wrong one would be refused by the device, which does check the signature.
            Desired seen = Desired.decode(Envelope.parse(message.payload(), "desired", Trust.MAX_DESIRED).payload());
            if (desired == null || seen.generation() > desired.generation()) {
                desired = seen;
            }
        } catch (MalformedDocumentException e) {
            linkProblem = topics.desired() + " holds something else than an assignment: " + e.getMessage();
        }
    }

    private void onReported(ReceivedMessage message) {
        try {
            reported = Reported.decode(message.payload());
            reports.add(reported);
        } catch (MalformedDocumentException e) {
            linkProblem = topics.reported() + " holds something else than a report: " + e.getMessage();
        }
    }

    private void onGet(ReceivedMessage message) {
        Get wanted;
        try {
            wanted = Get.decode(message.payload());
        } catch (MalformedDocumentException e) {
            linkProblem = topics.get() + ": " + e.getMessage();
            return;
        }
        List<byte[]> messages = offers.get(wanted.name());
        if (messages == null) {
            linkProblem = "the device asks for " + wanted.name() + ", which is not here";
            return;
        }
        for (int chunk : wanted.chunks().toArray()) {
            if (chunk < messages.size()) {
                link.publish(topics.block(wanted.name().toString(), Integer.toString(chunk)), messages.get(chunk), 1, false);
                chunksSent++;
            }
        }
    }
}
