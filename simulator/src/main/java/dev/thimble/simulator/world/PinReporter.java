package dev.thimble.simulator.world;

import dev.thimble.hal.simulated.Pin;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.paho.PahoLink;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Lets the world outside see a simulated pin: publishes its level, 0 or 1, on {@code <root>/sim/<device>/pin/<name>} at
 * each change, retained, over a link of its own. A real board has eyes on its LED instead.
 */
public final class PinReporter implements AutoCloseable {
    private static final byte[][] LEVELS = {"0".getBytes(StandardCharsets.US_ASCII), "1".getBytes(StandardCharsets.US_ASCII)};

    private final MqttLink link;
    private final Pin pin;
    private final String topic;
    private final Pin.Listener listener = (changed, level, nanos) -> publish(level);

    public PinReporter(String broker, String root, String device, Pin pin) {
        this.pin = pin;
        topic = topic(root, device, pin.name());
        link = PahoLink.create(LinkOptions.builder(broker, "thimble-pins-" + UUID.randomUUID()).build());
        link.start();
        pin.listen(listener);
    }

    public static String topic(String root, String device, String pin) {
        return root + "/sim/" + device + "/pin/" + pin;
    }

    private void publish(int level) {
        link.publish(topic, LEVELS[level], 1, true);
    }

    @Override
    public void close() {
        pin.unlisten(listener);
        link.close();
    }
}
