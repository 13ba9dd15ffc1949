package dev.thimble.mqtt.paho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.mqtt.Publisher;
import dev.thimble.mqtt.RateLimit;
import dev.thimble.mqtt.broker.Moquette;
import dev.thimble.mqtt.broker.TestBroker;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The publisher's thread allocates nothing in steady state: online and offline, in memory and on disk. */
class AllocationTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 20_000;
    private static final int ROUNDS = 3;
    private static final byte[] TOPIC = "thimble/1/d/pi/up/m/env/temperature".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PAYLOAD = "{\"n\":1,\"t\":25.08}".getBytes(StandardCharsets.UTF_8);
    private static final PublishProperties PROPERTIES =
            new PublishProperties(60, "application/json", "answers/here", new byte[] {1, 2});

    @TempDir
    Path directory;

    private long allocated;

    @Test
    void offlineInMemory() {
        measure(LinkProbe.options("tcp://127.0.0.1:1", "offline"), 0);
    }

    @Test
    void offlineOnDisk() {
        measure(LinkProbe.options("tcp://127.0.0.1:1", "offline")
                .outbox(OutboxOptions.onDisk(directory, 256 << 10)), 1);
    }

    @Test
    void onlineOnDisk() throws Exception {
        try (TestBroker broker = new Moquette()) {
            measure(LinkProbe.options(broker.url(), "online").outbox(OutboxOptions.onDisk(directory, 256 << 10)), 1);
        }
    }

    private void measure(LinkOptions.Builder options, int qos) {
        try (MqttLink link = PahoLink.create(options.build())) {
            link.start();
            Publisher publisher = link.publisher("module", new RateLimit(1e9, 1_000_000_000));
            publish(publisher, qos, WARM_UP);
            // Only a link that sleeps is woken, and it first sleeps when its first attempt is under way: HotSpot has by then
            // compiled the publisher as never waking anybody, takes that back, and allocates some 100 bytes for it.
            while (link.statistics().connects() == 0 && link.statistics().failedAttempts() < 2) {
                publish(publisher, qos, 100);
            }
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                PublishResult result = publish(publisher, qos, MEASURED);
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
                assertEquals(PublishResult.QUEUED, result);
            }
            allocated = least;
            assertTrue(link.statistics().publishers().getFirst().accepted() >= WARM_UP + ROUNDS * MEASURED);
        }
        assertEquals(0, allocated, "bytes for " + MEASURED + " messages");
    }

    private static PublishResult publish(Publisher publisher, int qos, int count) {
        PublishResult result = PublishResult.QUEUED;
        for (int i = 0; i < count && result == PublishResult.QUEUED; i++) {
            result = (i & 1) == 0
                    ? publisher.publish(TOPIC, 0, TOPIC.length, PAYLOAD, 0, PAYLOAD.length, qos, false, PROPERTIES)
                    : publisher.publish("thimble/1/größe", PAYLOAD, 1, PAYLOAD.length - 1, qos, true, PROPERTIES);
        }
        return result;
    }
}
