package dev.thimble.agent.operator;

import dev.thimble.agent.port.Topics;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.Subscription;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.document.Reported;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/** What the broker keeps of every device that matches an operator's topics. */
public final class Fleet {
    /** Retained messages come at once; when none came for so long, they are all here. */
    private static final long QUIET_MILLIS = 400;

    /** @param online {@code online}, {@code offline} or {@code unknown}; {@code reported} may be null */
    public record Device(String id, String online, Reported reported) {}

    private final Map<String, Device> devices = new ConcurrentSkipListMap<>();
    private volatile long last = System.nanoTime();

    private final Topics topics;

    private Fleet(Topics topics) {
        this.topics = topics;
    }

    /** Every device that has a retained message, by name. */
    public static List<Device> look(Operator operator) throws InterruptedException {
        Topics topics = operator.topics();
        Fleet fleet = new Fleet(topics);
        try (Subscription online = operator.link().subscribe(topics.online(), 1, fleet::online);
            Subscription reported = operator.link().subscribe(topics.reported(), 1, fleet::reported)) {
            while (!online.confirmed() || !reported.confirmed()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            fleet.last = System.nanoTime();
            while (System.nanoTime() - fleet.last < QUIET_MILLIS * 1_000_000) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        return List.copyOf(fleet.devices.values());
    }

    private void online(ReceivedMessage message) {
        last = System.nanoTime();
        String device = topics.deviceOf(message.topic());
        if (device != null && message.payload().length > 0) {
            String state = new String(message.payload(), StandardCharsets.UTF_8);
            devices.compute(device, (id, before) -> new Device(id, state, before == null ? null : before.reported()));
        }
    }

    private void reported(ReceivedMessage message) {
        last = System.nanoTime();
        String device = topics.deviceOf(message.topic());
        if (device != null && message.payload().length > 0) {
            Reported report = decoded(message.payload());
            devices.compute(device, (id, before) -> new Device(id, before == null ? "unknown" : before.online(), report));
        }
    }

    /** Null for something that is no report. */
    private static Reported decoded(byte[] payload) {
        try {
            return Reported.decode(payload);
        } catch (MalformedDocumentException e) {
            return null;
        }
    }
}
