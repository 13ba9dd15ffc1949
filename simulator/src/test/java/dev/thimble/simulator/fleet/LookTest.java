package dev.thimble.simulator.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.operator.Fleet;
import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.port.Topics;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.paho.PahoLink;
import dev.thimble.ota.document.Reported;
import dev.thimble.simulator.TestBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code thimble status DEVICE}: the device is busy, its words come one by one, and a moment of quiet says nothing. */
@Timeout(60)
class LookTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Topics TOPICS = new Topics("look/1", "busy");

    @Test
    void aBusyDeviceIsShownWithBothItsWordsAndAStrangerAfterTheDeadline() throws Exception {
        try (TestBroker broker = TestBroker.start();
            MqttLink device = PahoLink.create(LinkOptions.builder(broker.url(), "device").build());
            Operator operator = new Operator(broker.url(), TOPICS)) {
            assertTrue(operator.awaitOnline(PATIENCE));
            device.start();
            Thread slow = Thread.ofPlatform().start(() -> {
                pause(900);
                say(device, TOPICS.online(), "online".getBytes(StandardCharsets.UTF_8));
                pause(900);
                say(device, TOPICS.reported(), new Reported("busy", 7, false, "", List.of()).encode());
            });
            long begin = System.nanoTime();
            List<Fleet.Device> found = Fleet.look(operator, "busy", PATIENCE);
            assertEquals(List.of("online"), found.stream().map(Fleet.Device::online).toList());
            assertEquals(7, found.getFirst().reported().generation());
            assertTrue(System.nanoTime() - begin < PATIENCE.toNanos() / 2, "it does not wait longer than it has to");
            slow.join();

            Duration little = Duration.ofMillis(300);
            assertEquals(List.of(), Fleet.look(operator, "nobody", little));
        }
    }

    private static void say(MqttLink link, String topic, byte[] payload) {
        assertTrue(link.publish(topic, payload, 1, true).queued());
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
