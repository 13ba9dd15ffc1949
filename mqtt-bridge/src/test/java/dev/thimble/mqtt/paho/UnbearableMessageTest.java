package dev.thimble.mqtt.paho;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.mqtt.Announcement;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.broker.Moquette;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Moquette, by default, cuts the connection of a client whose message is longer than 8092 bytes, without a word. */
class UnbearableMessageTest {

    @Test
    void aMessageThatTheBrokerCannotBearIsGivenUpAndTheOthersArrive() throws Exception {
        try (Moquette broker = new Moquette();
                LinkProbe observer = LinkProbe.online(broker.url(), "observer", "n")) {
            LinkOptions.Builder options = LinkProbe.options(broker.url(), "device")
                    .birth(() -> List.of(Announcement.retained("online", "online")))
                    .backoff(Duration.ofMillis(5), Duration.ofMillis(20));
            try (LinkProbe device = LinkProbe.online(options)) {
                device.publish("n", "before", 1);
                device.publish("n", "x".repeat(10_000), 1);
                for (int i = 0; i < 30; i++) {
                    device.publish("n", "after " + i, 1);
                }
                // What was in flight with it may come twice.
                Set<String> seen = new LinkedHashSet<>();
                while (seen.size() < 31) {
                    seen.add(observer.nextText());
                }
                assertTrue(seen.stream().noneMatch(text -> text.startsWith("x")));
                device.await(() -> device.reports.contains("lost other REJECTED 1"), "report");
            }
        }
    }
}
