package dev.thimble.mqtt.paho;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.fail;

import dev.thimble.mqtt.LinkListener;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.ReceivedMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A link with ears: collects what arrives and what is reported. */
final class LinkProbe implements AutoCloseable, LinkListener {

    final MqttLink link;
    final LinkedBlockingQueue<ReceivedMessage> received = new LinkedBlockingQueue<>();
    final List<String> reports = new CopyOnWriteArrayList<>();

    private LinkProbe(LinkOptions options) {
        link = PahoLink.create(options);
        link.listen(this);
    }

    /** Options that suit tests: everything quick. */
    static LinkOptions.Builder options(String url, String id) {
        return LinkOptions.builder(url, id).keepAlive(Duration.ofSeconds(2)).connectTimeout(Duration.ofSeconds(2))
                .backoff(Duration.ofMillis(20), Duration.ofMillis(200));
    }

    static LinkProbe create(LinkOptions.Builder options, String... filters) {
        LinkProbe probe = new LinkProbe(options.build());
        for (String filter : filters) {
            probe.link.subscribe(filter, 1, probe.received::add);
        }
        return probe;
    }

    static LinkProbe online(LinkOptions.Builder options, String... filters) {
        LinkProbe probe = create(options, filters);
        probe.link.start();
        probe.await(LinkState.ONLINE);
        return probe;
    }

    static LinkProbe online(String url, String id, String... filters) {
        return online(options(url, id), filters);
    }

    void publish(String topic, String text, int qos) {
        publish(topic, text, qos, false);
    }

    void publish(String topic, String text, int qos, boolean retained) {
        var result = link.publish(topic, text.getBytes(StandardCharsets.UTF_8), qos, retained);
        if (!result.queued()) {
            fail(topic + ": " + result);
        }
    }

    ReceivedMessage next() {
        try {
            ReceivedMessage message = received.poll(10, TimeUnit.SECONDS);
            assertNotNull(message, () -> "nothing arrived within 10 s; " + this);
            return message;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String nextText() {
        return text(next());
    }

    static String text(ReceivedMessage message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    /** Everything that arrives until nothing has arrived for a while. */
    List<String> rest(long quietMillis) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (ReceivedMessage m = received.poll(quietMillis, TimeUnit.MILLISECONDS); m != null;
                m = received.poll(quietMillis, TimeUnit.MILLISECONDS)) {
            texts.add(text(m));
        }
        return texts;
    }

    void await(LinkState state) {
        await(() -> link.state() == state, "state " + state);
    }

    void await(BooleanSupplier condition, String what) {
        await(condition, what, Duration.ofSeconds(20), this);
    }

    static void await(BooleanSupplier condition, String what, Duration limit, Object about) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("waited in vain for " + what + "; " + about);
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void onState(LinkState state, String reason) {
        reports.add(state + ": " + reason);
    }

    @Override
    public void onLost(String lane, LossReason reason, long count) {
        reports.add("lost " + lane + " " + reason + " " + count);
    }

    @Override
    public void onSubscriptionRefused(String filter, String reason) {
        reports.add("refused " + filter + ": " + reason);
    }

    @Override
    public void onHandlerFailed(String topic, RuntimeException failure) {
        reports.add("handler " + topic + ": " + failure.getMessage());
    }

    @Override
    public void close() {
        link.close();
    }

    @Override
    public String toString() {
        return link.state() + " " + reports + " " + link.statistics();
    }
}
