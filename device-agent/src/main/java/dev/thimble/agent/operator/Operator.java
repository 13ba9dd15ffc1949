package dev.thimble.agent.operator;

import dev.thimble.agent.port.Topics;
import dev.thimble.mqtt.LinkListener;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.Subscription;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The operator's side of updates, for one device or, with {@code +} for its name, for all: assigns releases, hands out
 * manifests and chunks, and collects what devices report. Keeps nothing of its own: what was assigned before is read from
 * the broker, and from the devices.
 */
public final class Operator implements AutoCloseable {
    /** A device answers with its retained report at once; longer than this there is none. */
    private static final Duration ASSIGNED_WAIT = Duration.ofSeconds(5);
    private static final Duration RETAINED_WAIT = Duration.ofMillis(700);
    private static final int MAX_MESSAGE = 80 << 10;
    private static final int OUTBOX_BYTES = 4 << 20;
    /** Enough for a burst of a whole fleet. */
    private static final int INBOX_MESSAGES = 32_768;
    private static final int INBOX_BYTES = 64 << 20;

    /** One report as it arrived. */
    public record Report(String device, Reported reported) {}

    private final Topics topics;
    private final MqttLink link;
    private final ChunkServer chunks;
    private final Map<String, Desired> desired = new ConcurrentHashMap<>();
    private final Map<String, Reported> reported = new ConcurrentHashMap<>();
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private Subscription reportedFeed;
    private volatile String linkProblem = "";

    /** Connects to a broker as it stands. */
    public Operator(String broker, Topics topics) {
        this(topics, LinkOptions.builder(broker, "thimble-operator-" + UUID.randomUUID()));
    }

    /** Connects with credentials, TLS and client identifier of the caller's. */
    public Operator(Topics topics, LinkOptions.Builder options) {
        this.topics = topics;
        link = PahoLink.create(options.sessionExpiry(Duration.ZERO).backoff(Duration.ofMillis(100), Duration.ofSeconds(5))
            .inbox(INBOX_MESSAGES, INBOX_BYTES)
            .outbox(OutboxOptions.IN_MEMORY.withMaxMessage(MAX_MESSAGE).withVolatileBytes(OUTBOX_BYTES)
                .withLanes(new OutboxOptions.Lane("all", "#", OUTBOX_BYTES, OutboxOptions.WhenFull.REFUSE_NEWEST))).build());
        chunks = new ChunkServer(link, topics);
        link.listen(new LinkListener() {
            @Override
            public void onState(LinkState state, String reason) {
                linkProblem = reason;
            }
        });
        // A broker keeps few messages of quality of service 1 for one client (mosquitto 1000) and drops the rest of a fleet's
        // burst; those of 0 go straight to the socket. What is lost is retained, or asked for again.
        int qos = topics.device().equals("+") ? 0 : 1;
        link.subscribe(topics.desired(), qos, this::onDesired);
        reportedFeed = link.subscribe(topics.reported(), qos, this::onReported);
        link.subscribe(topics.get(), qos, this::onGet);
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
        while (!reported.containsKey(topics.device()) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return reported.get(topics.device());
    }

    /** Devices that have reported so far. */
    Set<String> known() {
        return reported.keySet();
    }

    /** The last report of a device so far, or null. */
    public Reported reported(String device) {
        return reported.get(device);
    }

    /** Has the broker say again what every device last reported, for those reports that were lost on the way. */
    void refresh() {
        reportedFeed.close();
        reportedFeed = link.subscribe(topics.reported(), 0, this::onReported);
    }

    /** Every report in the order of arrival; whoever follows devices empties it. */
    BlockingQueue<Report> reports() {
        return reports;
    }

    /** Manifests and chunks handed out one by one since the start. */
    public long chunksSent() {
        return chunks.sent.get();
    }

    /** How far the payload is that a device is loading, or null when it loads none from here. */
    ChunkServer.Given given(String device) {
        return chunks.given(device);
    }

    /** Has this release to hand out from now on, without assigning it. */
    public void offer(SignedModule release) {
        chunks.offer(release);
    }

    /**
     * Assigns releases to the operator's one device, next to what is assigned already.
     *
     * @param modules module name to release
     * @return the new generation
     */
    public long assign(Map<String, Digest> modules, SigningKey director) throws InterruptedException {
        reported();
        return assign(topics.device(), modules, false, director);
    }

    /**
     * Assigns releases to a device, next to what is assigned to it already.
     *
     * @param carousel whether the payload is being broadcast, so that the device first listens
     * @return the new generation
     */
    public long assign(String device, Map<String, Digest> modules, boolean carousel, SigningKey director)
        throws InterruptedException {
        Desired before = desired.get(device);
        Map<String, Digest> all = new TreeMap<>(before == null ? Map.of() : before.modules());
        all.putAll(modules);
        return assign(device, all, before == null ? Map.of() : before.settings(), carousel, director);
    }

    /** What is assigned to the operator's one device, or null when the broker keeps nothing. Waits a moment for it. */
    public Desired assigned() throws InterruptedException {
        long end = System.nanoTime() + ASSIGNED_WAIT.toNanos();
        while (!desired.containsKey(topics.device()) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return desired.get(topics.device());
    }

    /**
     * Gives one module of the operator's one device other settings; all else stays as {@link #assigned}.
     *
     * @param values all of its settings from now on
     * @return the new generation
     */
    public long configure(String module, Map<String, String> values, SigningKey director) throws InterruptedException {
        Desired before = assigned();
        Map<String, Map<String, String>> settings = new TreeMap<>(before.settings());
        settings.put(module, values);
        return assign(topics.device(), before.modules(), settings, false, director);
    }

    private long assign(String device, Map<String, Digest> modules, Map<String, Map<String, String>> settings, boolean carousel,
                        SigningKey director) throws InterruptedException {
        Reported known = reported.get(device);
        Desired before = desired.get(device);
        long generation = 1 + Math.max(known == null ? 0 : known.generation(), before == null ? 0 : before.generation());
        Desired next = new Desired("device:" + device, generation, modules, settings, carousel, 0, 0);
        chunks.forget(device);
        desired.put(device, next);
        byte[] envelope = Trust.signDesired(next, java.util.List.of(director));
        while (!link.publish(topics.of(device).desired(), envelope, 1, true).queued()) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return generation;
    }

    /** Publishes a signed assignment as it is. */
    public void publishDesired(byte[] envelope) {
        link.publish(topics.desired(), envelope, 1, true);
    }

    @Override
    public void close() {
        chunks.close();
        link.close();
    }

    private void onDesired(ReceivedMessage message) {
        String device = topics.deviceOf(message.topic());
        if (device == null || message.payload().length == 0) {
            return;
        }
        try {
            // Its own former words: a wrong one would be refused by the device, which does check the signature.
            Desired seen = Desired.decode(Envelope.parse(message.payload(), "desired", Trust.MAX_DESIRED).payload());
            desired.merge(device, seen, (before, now) -> now.generation() > before.generation() ? now : before);
        } catch (MalformedDocumentException e) {
            linkProblem = message.topic() + " holds something else than an assignment: " + e.getMessage();
        }
    }

    private void onReported(ReceivedMessage message) {
        String device = topics.deviceOf(message.topic());
        if (device == null || message.payload().length == 0) {
            return;
        }
        try {
            Reported report = Reported.decode(message.payload());
            reported.put(device, report);
            reports.add(new Report(device, report));
        } catch (MalformedDocumentException e) {
            linkProblem = message.topic() + " holds something else than a report: " + e.getMessage();
        }
    }

    private void onGet(ReceivedMessage message) {
        String device = topics.deviceOf(message.topic());
        if (device == null) {
            return;
        }
        try {
            Get wanted = Get.decode(message.payload());
            if (!chunks.ask(device, wanted)) {
                linkProblem = device + " asks for " + wanted.name() + ", which is not here";
            }
        } catch (MalformedDocumentException e) {
            linkProblem = message.topic() + ": " + e.getMessage();
        }
    }
}
