package dev.thimble.mqtt.paho;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.mqtt.Announcement;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.mqtt.RateLimit;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.Subscription;
import dev.thimble.mqtt.broker.Moquette;
import dev.thimble.mqtt.broker.Mosquitto;
import dev.thimble.mqtt.broker.TestBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a link does with a broker that behaves. The same tests run against two brokers. */
class LinkTest {

    @Nested
    class WithMosquitto extends Contract {
        @TempDir
        Path directory;

        @Override
        TestBroker broker() throws IOException {
            return new Mosquitto(directory);
        }
    }

    @Nested
    class WithMoquette extends Contract {
        @Override
        TestBroker broker() throws IOException {
            return new Moquette();
        }
    }

    abstract static class Contract {

        private TestBroker broker;

        abstract TestBroker broker() throws IOException;

        @BeforeEach
        void start() throws IOException {
            broker = broker();
        }

        @AfterEach
        void stop() {
            if (broker != null) {
                broker.close();
            }
        }

        @Test
        void carriesMessagesBothWaysInOrder() {
            try (LinkProbe a = LinkProbe.online(broker.url(), "a", "to/a/#");
                    LinkProbe b = LinkProbe.online(broker.url(), "b", "to/b/#")) {
                for (int i = 0; i < 100; i++) {
                    a.publish("to/b/x", "m" + i, 1);
                    b.publish("to/a", "n" + i, 0);
                }
                for (int i = 0; i < 100; i++) {
                    assertEquals("m" + i, b.nextText());
                }
                ReceivedMessage first = a.next();
                assertEquals("n0", LinkProbe.text(first));
                assertEquals("to/a", first.topic());
                assertEquals(0, first.qos());
            }
        }

        @Test
        void sendsWhatWasPublishedBeforeTheConnect() {
            try (LinkProbe receiver = LinkProbe.online(broker.url(), "receiver", "early/#");
                    LinkProbe sender = LinkProbe.create(LinkProbe.options(broker.url(), "sender"))) {
                assertEquals(LinkState.OFFLINE, sender.link.state());
                sender.publish("early/0", "volatile", 0);
                sender.publish("early/1", "durable", 1);
                sender.link.start();
                assertEquals("volatile", receiver.nextText());
                assertEquals("durable", receiver.nextText());
            }
        }

        @Test
        void carriesTheProperties() {
            try (LinkProbe device = LinkProbe.online(broker.url(), "device", "cmd/+");
                    LinkProbe operator = LinkProbe.online(broker.url(), "operator", "answers")) {
                PublishProperties request =
                        new PublishProperties(60, "application/json", "answers", new byte[] {7, 8, 9});
                operator.link.publish("cmd/logs", "{}".getBytes(), 0, 2, 1, false, request);
                ReceivedMessage command = device.next();
                assertEquals("application/json", command.contentType());
                assertEquals("answers", command.responseTopic());
                assertArrayEquals(new byte[] {7, 8, 9}, command.correlationData());
                assertTrue(command.expirySeconds() > 50 && command.expirySeconds() <= 60, command.toString());
                device.link.publish(command.responseTopic(), "done".getBytes(), 0, 4, 1, false,
                        PublishProperties.answering(command));
                ReceivedMessage answer = operator.next();
                assertEquals("done", LinkProbe.text(answer));
                assertArrayEquals(new byte[] {7, 8, 9}, answer.correlationData());
                assertNull(answer.responseTopic());
                assertEquals(-1, answer.expirySeconds());
            }
        }

        @Test
        void aRetainedMessageIsMarkedAsSuch() {
            try (LinkProbe operator = LinkProbe.online(broker.url(), "operator")) {
                operator.publish("cmd/stale", "stored", 1, true);
                operator.await(() -> operator.link.statistics().lanes().getFirst().sent() == 1, "acknowledgement");
                try (LinkProbe device = LinkProbe.online(broker.url(), "device", "cmd/+")) {
                    ReceivedMessage stored = device.next();
                    assertEquals("stored", LinkProbe.text(stored));
                    assertTrue(stored.retained());
                    operator.publish("cmd/plain", "fresh", 1, false);
                    assertFalse(device.next().retained());
                }
            }
        }

        @Test
        void announcesItselfAndSaysGoodbye() {
            try (LinkProbe watcher = LinkProbe.online(broker.url(), "watcher", "d/+/online", "d/+/birth")) {
                LinkProbe device = LinkProbe.online(LinkProbe.options(broker.url(), "device")
                        .will(Announcement.retained("d/1/online", "offline"))
                        .birth(() -> List.of(Announcement.retained("d/1/online", "online"),
                                Announcement.retained("d/1/birth", "{}"))));
                assertEquals("online", watcher.nextText());
                assertEquals("{}", watcher.nextText());
                device.close();
                assertEquals("offline", watcher.nextText());
                assertEquals(LinkState.CLOSED, device.link.state());
                assertEquals(PublishResult.CLOSED, device.link.publish("x", new byte[0], 1, false));
            }
        }

        @Test
        void overlappingFiltersDeliverOnceToEachHandler() throws Exception {
            try (LinkProbe device = LinkProbe.create(LinkProbe.options(broker.url(), "device"))) {
                var all = new LinkedBlockingQueue<String>();
                var one = new LinkedBlockingQueue<String>();
                device.link.subscribe("dn/#", 1, m -> all.add(LinkProbe.text(m)));
                device.link.subscribe("dn/blk/+", 1, m -> one.add(LinkProbe.text(m)));
                device.link.start();
                device.await(LinkState.ONLINE);
                device.publish("dn/blk/1", "chunk", 1);
                device.publish("dn/end", "end", 1);
                device.await(() -> all.contains("end"), "the last message");
                assertEquals(List.of("chunk", "end"), List.copyOf(all));
                assertEquals(List.of("chunk"), List.copyOf(one));
            }
        }

        @Test
        void aClosedSubscriptionReceivesNothing() throws Exception {
            try (LinkProbe device = LinkProbe.online(broker.url(), "device", "marker")) {
                Subscription extra = device.link.subscribe("extra", 1, device.received::add);
                device.await(extra::confirmed, "confirmation");
                device.publish("extra", "first", 1);
                assertEquals("first", device.nextText());
                extra.close();
                device.publish("extra", "second", 1);
                device.publish("marker", "third", 1);
                assertEquals("third", device.nextText());
            }
        }

        @Test
        void aHandlerThatThrowsIsReportedAndTheLinkGoesOn() {
            try (LinkProbe device = LinkProbe.create(LinkProbe.options(broker.url(), "device"), "good")) {
                device.link.subscribe("bad", 1, m -> {
                    throw new IllegalStateException("broken handler");
                });
                device.link.start();
                device.await(LinkState.ONLINE);
                device.publish("bad", "x", 1);
                device.publish("good", "y", 1);
                assertEquals("y", device.nextText());
                device.await(() -> device.reports.contains("handler bad: broken handler"), "report");
                assertEquals(1, device.link.statistics().handlerFailures());
            }
        }

        @Test
        void comesBackAndSubscribesAgainAfterTheBrokerLostTheSession() throws Exception {
            try (LinkProbe device = LinkProbe.online(broker.url(), "device", "dn/#")) {
                broker.close();
                device.await(LinkState.OFFLINE);
                device.publish("dn/1", "queued while away", 1);
                broker.start();
                device.await(LinkState.ONLINE);
                assertEquals("queued while away", device.nextText());
                // More than two when it came while the broker was still starting: Moquette answers then, and hangs up.
                long connects = device.link.statistics().connects();
                assertTrue(connects >= 2, () -> connects + " connects; " + device);
            }
        }

        /** As after a restart of the device's process: the session waits on the broker. */
        @Test
        void aNewLinkReceivesWhatTheBrokerKeptForTheSession() {
            LinkProbe.online(broker.url(), "device", "dn/#").close();
            try (LinkProbe operator = LinkProbe.online(broker.url(), "operator")) {
                for (int i = 0; i < 20; i++) {
                    operator.publish("dn/x", "m" + i, 1);
                }
                operator.await(() -> operator.link.statistics().lanes().getFirst().queued() == 0, "empty outbox");
                try (LinkProbe device = LinkProbe.online(broker.url(), "device", "dn/#")) {
                    for (int i = 0; i < 20; i++) {
                        assertEquals("m" + i, device.nextText());
                    }
                    assertEquals(0, device.link.statistics().unrouted());
                }
            }
        }

        /** Each throws the other out; with full jitter and growing waits that must not become a spin. */
        @Test
        void twoLinksWithOneIdentifierDoNotSpin() throws Exception {
            var options = LinkProbe.options(broker.url(), "same").backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
            try (LinkProbe one = LinkProbe.online(options); LinkProbe two = LinkProbe.create(options)) {
                two.link.start();
                Thread.sleep(3000);
                long connects = one.link.statistics().connects() + two.link.statistics().connects();
                assertTrue(connects >= 2 && connects < 20, connects + " connects in 3 s");
            }
        }

        @Test
        void badArgumentsAreResults() {
            try (LinkProbe device = LinkProbe.create(LinkProbe.options(broker.url(), "device")
                    .outbox(OutboxOptions.IN_MEMORY.withMaxMessage(1000)))) {
                byte[] data = new byte[100_000];
                assertEquals(PublishResult.INVALID_TOPIC, device.link.publish("a/+", data, 0, 1, 1, false));
                assertEquals(PublishResult.INVALID_TOPIC, device.link.publish("", data, 0, 1, 1, false));
                assertEquals(PublishResult.INVALID_TOPIC, device.link.publish("a\0b", data, 0, 1, 1, false));
                assertEquals(PublishResult.INVALID_TOPIC, device.link.publish("\ud800", data, 0, 1, 1, false));
                assertEquals(PublishResult.INVALID_QOS, device.link.publish("a", data, 0, 1, 2, false));
                assertEquals(PublishResult.TOO_LARGE, device.link.publish("a", data, 1, false));
                byte[] utf8 = "größe".getBytes(StandardCharsets.UTF_8);
                assertEquals(PublishResult.INVALID_TOPIC, device.link.publish(utf8, 0, 3, data, 0, 1, 1, false,
                        PublishProperties.NONE), "cut in the middle of a character");
            }
        }

        @Test
        void limitsTheRateByName() {
            try (LinkProbe device = LinkProbe.create(LinkProbe.options(broker.url(), "device")
                    .clock(() -> java.time.Instant.EPOCH, () -> 0))) {
                var blink = device.link.publisher("blink", new RateLimit(1, 3));
                var other = device.link.publisher("other", new RateLimit(1, 1));
                for (int i = 0; i < 3; i++) {
                    assertEquals(PublishResult.QUEUED, blink.publish("t", new byte[1], 0, false));
                }
                assertEquals(PublishResult.RATE_LIMITED, blink.publish("t", new byte[1], 0, false));
                assertEquals(PublishResult.QUEUED, other.publish("t", new byte[1], 0, false));
                var rows = device.link.statistics().publishers();
                assertEquals(3, rows.getFirst().accepted());
                assertEquals(1, rows.getFirst().rateLimited());
            }
        }
    }
}
