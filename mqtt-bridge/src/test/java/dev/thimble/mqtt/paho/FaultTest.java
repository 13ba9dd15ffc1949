package dev.thimble.mqtt.paho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.mqtt.Announcement;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.broker.FaultProxy;
import dev.thimble.mqtt.broker.FaultProxy.Mode;
import dev.thimble.mqtt.broker.Mosquitto;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A broker and a network that misbehave. */
class FaultTest {

    @TempDir
    Path directory;

    private Mosquitto broker;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        broker = new Mosquitto(directory);
        proxy = new FaultProxy(broker.port());
    }

    @AfterEach
    void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
            broker.close();
        }
    }

    private LinkOptions.Builder device() {
        return LinkProbe.options(proxy.url(), "device").keepAlive(Duration.ofSeconds(1))
                .connectTimeout(Duration.ofSeconds(1)).outbox(OutboxOptions.onDisk(directory.resolve("outbox"), 1 << 20))
                .will(Announcement.retained("online", "offline"))
                .birth(() -> List.of(Announcement.retained("online", "online")));
    }

    /** Publishes numbers while a fault is on and after it; each must arrive, first arrivals in order. */
    private void checkNothingLost(Fault during, Fault after) throws Exception {
        try (LinkProbe observer = LinkProbe.online(broker.url(), "observer", "n");
                LinkProbe device = LinkProbe.online(device())) {
            int number = 0;
            for (; number < 100; number++) {
                device.publish("n", Integer.toString(number), 1);
            }
            during.apply();
            for (; number < 200; number++) {
                device.publish("n", Integer.toString(number), 1);
                Thread.sleep(5);
            }
            after.apply();
            for (; number < 300; number++) {
                device.publish("n", Integer.toString(number), 1);
            }
            expectAll(observer, number);
            device.await(() -> device.link.statistics().lanes().getFirst().queued() == 0, "acknowledgements");
        }
    }

    private static void expectAll(LinkProbe observer, int count) throws InterruptedException {
        Set<Integer> seen = new HashSet<>();
        int highest = -1;
        while (seen.size() < count) {
            ReceivedMessage message = observer.received.poll(20, TimeUnit.SECONDS);
            assertTrue(message != null, () -> "only " + seen.size() + " of " + count + "; " + observer);
            int number = Integer.parseInt(LinkProbe.text(message));
            if (seen.add(number)) {
                assertTrue(number > highest, number + " came first after " + highest);
                highest = number;
            }
        }
    }

    private interface Fault {
        void apply() throws IOException, InterruptedException;
    }

    @Test
    void aCutConnectionLosesNothing() throws Exception {
        checkNothingLost(proxy::cut, proxy::cut);
    }

    @Test
    void aHalfOpenConnectionIsNoticedAndLosesNothing() throws Exception {
        checkNothingLost(() -> proxy.mode(Mode.HALF_OPEN), () -> {
            Thread.sleep(2500);
            proxy.mode(Mode.PASS);
        });
    }

    @Test
    void slowAndFragmentedPacketsLoseNothing() throws Exception {
        checkNothingLost(() -> proxy.mode(Mode.DELAY), () -> {
            Thread.sleep(1500);
            proxy.mode(Mode.PASS);
        });
    }

    @Test
    void garbageFromTheBrokersSideLosesNothing() throws Exception {
        checkNothingLost(() -> proxy.mode(Mode.POISON), () -> {
            Thread.sleep(1500);
            proxy.mode(Mode.PASS);
            proxy.cut();
        });
    }

    @Test
    void aFrozenBrokerIsNoticedAndLosesNothing() throws Exception {
        try (LinkProbe device = LinkProbe.online(device())) {
            LinkProbe.await(() -> device.link.state() == LinkState.ONLINE, "online", Duration.ofSeconds(5), device);
            broker.freeze();
            device.publish("n", "while frozen", 1);
            device.await(LinkState.OFFLINE);
            broker.thaw();
            device.await(LinkState.ONLINE);
            device.await(() -> device.link.statistics().lanes().getFirst().queued() == 0, "acknowledgement");
        }
    }

    @Test
    void aFrozenBrokerIsNoticedWhenNothingIsSent() throws Exception {
        try (LinkProbe device = LinkProbe.online(device().birth(List::of))) {
            broker.freeze();
            device.await(LinkState.OFFLINE);
            device.await(() -> String.join(" ", device.reports).contains("silent"), "a report that the broker is silent");
            broker.thaw();
            device.await(LinkState.ONLINE);
        }
    }

    /** kill -9 of the broker: it forgets sessions and retained messages; the link brings back what it can. */
    @Test
    void aKilledBrokerLearnsEverythingAgain() throws Exception {
        try (LinkProbe device = LinkProbe.online(device(), "cmd/#")) {
            for (int round = 1; round <= 3; round++) {
                broker.kill();
                device.await(LinkState.OFFLINE);
                device.publish("n", "round " + round, 1, true);
                broker.start();
                device.await(LinkState.ONLINE);
                device.await(() -> device.link.statistics().lanes().getFirst().queued() == 0, "empty outbox");
                try (LinkProbe operator = LinkProbe.online(broker.url(), "operator", "online", "n")) {
                    Set<String> retained = Set.of(operator.nextText(), operator.nextText());
                    assertEquals(Set.of("online", "round " + round), retained);
                    operator.publish("cmd/x", "hello " + round, 1);
                    assertEquals("hello " + round, device.nextText());
                }
            }
        }
    }

    @Test
    void theBrokerKeepsMessagesForASessionThatComesBack() throws Exception {
        try (LinkProbe device = LinkProbe.online(device(), "cmd/#");
                LinkProbe operator = LinkProbe.online(broker.url(), "operator")) {
            proxy.mode(Mode.DROP);
            proxy.cut();
            device.await(LinkState.OFFLINE);
            for (int i = 0; i < 50; i++) {
                operator.publish("cmd/x", "m" + i, 1);
            }
            operator.await(() -> operator.link.statistics().lanes().getFirst().queued() == 0, "empty outbox");
            proxy.mode(Mode.PASS);
            for (int i = 0; i < 50; i++) {
                assertEquals("m" + i, device.nextText());
            }
        }
    }

    @Test
    void theWillSpeaksWhenTheConnectionIsLost() throws Exception {
        try (LinkProbe observer = LinkProbe.online(broker.url(), "observer", "online");
                LinkProbe device = LinkProbe.online(device())) {
            assertEquals("online", observer.nextText());
            proxy.mode(Mode.DROP);
            proxy.cut();
            assertEquals("offline", observer.nextText());
            proxy.mode(Mode.PASS);
            assertEquals("online", observer.nextText());
            assertEquals(2, device.link.statistics().connects());
        }
    }

    /** Accepted and dropped, silent, garbage: attempts go on at their pace, and no thread is left of any. */
    @ParameterizedTest
    @EnumSource(names = {"DROP", "SILENT", "GARBAGE", "HALF_OPEN"})
    void failedAttemptsLeaveNoThreads(Mode mode) throws Exception {
        proxy.mode(mode);
        int attempts = mode == Mode.DROP || mode == Mode.GARBAGE ? 8 : 2;
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        LinkProbe device = LinkProbe.create(device());
        device.link.start();
        device.await(() -> device.link.statistics().failedAttempts() >= attempts, attempts + " attempts");
        long alive = Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("MQTT ")).count();
        assertTrue(alive <= 4, alive + " threads of Paho after " + attempts + " attempts");
        proxy.mode(Mode.PASS);
        proxy.cut();
        device.await(LinkState.ONLINE);
        device.close();
        Set<Thread> after = new HashSet<>(Thread.getAllStackTraces().keySet());
        after.removeAll(before);
        after.removeIf(t -> t.getName().startsWith("ForkJoinPool") || t.getName().contains("VirtualThread"));
        assertTrue(after.isEmpty(), "left over: " + after);
    }

    /** Content that kills Paho's receiver thread must end the connection at once, not leave it deaf until a timeout. */
    @Test
    void hostileContentEndsTheConnectionAtOnce() throws Exception {
        proxy.mode(Mode.HOSTILE);
        try (LinkProbe device = LinkProbe.create(device().keepAlive(Duration.ofMinutes(5))
                .connectTimeout(Duration.ofSeconds(20)), "echo")) {
            device.link.start();
            device.await(() -> device.link.statistics().connects() >= 15, "15 connections");
            proxy.mode(Mode.PASS);
            proxy.cut();
            device.await(LinkState.ONLINE);
            device.publish("echo", "still well", 1);
            assertEquals("still well", device.nextText());
            assertTrue(device.reports.stream().anyMatch(r -> r.contains("could not be read")),
                    "no packet killed the receiver: the test is too tame; " + device.reports);
        }
    }

    @Test
    void closesQuicklyInEveryState() throws Exception {
        for (Mode mode : new Mode[] {Mode.SILENT, Mode.DROP, Mode.HALF_OPEN, Mode.PASS}) {
            proxy.mode(mode);
            LinkProbe device = LinkProbe.create(device().closeTimeout(Duration.ofMillis(500)));
            device.link.start();
            Thread.sleep(300);
            long start = System.nanoTime();
            device.close();
            long millis = (System.nanoTime() - start) / 1_000_000;
            assertTrue(millis < 5000, mode + ": closed after " + millis + " ms");
            assertEquals(LinkState.CLOSED, device.link.state());
            assertFalse(Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(t -> t.getName().startsWith("mqtt-")), mode + ": a thread is left");
        }
    }

    @Test
    void manyRandomFaultsLoseNothing() throws Exception {
        Random random = new Random(11);
        Mode[] modes = {Mode.PASS, Mode.DELAY, Mode.HALF_OPEN, Mode.DROP, Mode.POISON, Mode.GARBAGE};
        try (LinkProbe observer = LinkProbe.online(broker.url(), "observer", "n");
                LinkProbe device = LinkProbe.online(device())) {
            int number = 0;
            for (int fault = 0; fault < 15; fault++) {
                proxy.mode(modes[random.nextInt(modes.length)]);
                if (random.nextBoolean()) {
                    proxy.cut();
                }
                for (int i = 0; i < 40; i++) {
                    device.publish("n", Integer.toString(number++), 1);
                    Thread.sleep(random.nextInt(10));
                }
            }
            proxy.mode(Mode.PASS);
            proxy.cut();
            expectAll(observer, number);
            System.out.printf("random faults: %d messages, 0 lost, %d connects, %d failed attempts%n", number,
                    device.link.statistics().connects(), device.link.statistics().failedAttempts());
        }
    }

    /** A slow handler and a flood: messages of quality of service 1 all arrive, memory stays bounded. */
    @Test
    void aFloodDoesNotHarmQos1() throws Exception {
        try (LinkProbe device = LinkProbe.create(device().inbox(32, 1 << 20));
                LinkProbe operator = LinkProbe.online(LinkProbe.options(broker.url(), "operator")
                        .outbox(OutboxOptions.IN_MEMORY.withVolatileBytes(8 << 20)))) {
            device.link.subscribe("junk/#", 0, m -> pause(1));
            device.link.subscribe("cmd/#", 1, m -> {
                pause(1);
                device.received.add(m);
            });
            device.link.start();
            device.await(LinkState.ONLINE);
            for (int i = 0; i < 200; i++) {
                for (int junk = 0; junk < 50; junk++) {
                    operator.publish("junk/x", "xxxxxxxxxxxxxxxx", 0);
                }
                operator.publish("cmd/x", "m" + i, 1);
            }
            for (int i = 0; i < 200; i++) {
                assertEquals("m" + i, device.nextText());
            }
            assertTrue(device.link.statistics().inboxDropped() > 0, device.toString());
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
