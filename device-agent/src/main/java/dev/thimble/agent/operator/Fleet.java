package dev.thimble.agent.operator;

import dev.thimble.agent.port.Topics;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.Subscription;
import dev.thimble.ota.document.Reported;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What the broker keeps of every device that matches an operator's topics. */
public final class Fleet {
    /** Retained messages come at once; when none came for so long, they are all here. */
    private static final long QUIET_MILLIS = 400;

    /** @param online {@code online}, {@code offline} or {@code unknown}; {@code reported} may be null */
    public record Device(String id, String online, Reported reported) {}

    private final Topics topics;
    private final Map<String, String> online = new ConcurrentHashMap<>();
    private volatile long last;

    private Fleet(Topics topics) {
        this.topics = topics;
    }

    /**
     * One device by its name: waits for both its words, link and report, however busy broker and device are, and no longer.
     *
     * @param patience at most so long; what has not come by then is unknown
     * @return the device, or nothing when the broker has heard of none by this name
     */
    public static List<Device> look(Operator operator, String device, Duration patience) throws InterruptedException {
        Fleet fleet = new Fleet(operator.topics());
        long end = System.nanoTime() + patience.toNanos();
        try (Subscription _ = operator.link().subscribe(operator.topics().online(), 0, fleet::heard)) {
            while (System.nanoTime() < end && (!fleet.online.containsKey(device) || operator.reported(device) == null)) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        boolean heard = fleet.online.containsKey(device) || operator.reported(device) != null;
        return heard ? List.of(new Device(device, fleet.online.getOrDefault(device, "unknown"), operator.reported(device))) : List.of();
    }

    /** Every device that has a retained message, by name; nobody knows how many there are, so it takes a quiet moment to tell. */
    public static List<Device> look(Operator operator) throws InterruptedException {
        Fleet fleet = new Fleet(operator.topics());
        try (Subscription feed = operator.link().subscribe(operator.topics().online(), 0, fleet::heard)) {
            while (!feed.confirmed()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            fleet.last = System.nanoTime();
            int known = operator.known().size();
            while (System.nanoTime() - fleet.last < QUIET_MILLIS * 1_000_000) {
                TimeUnit.MILLISECONDS.sleep(10);
                if (operator.known().size() != known) {
                    known = operator.known().size();
                    fleet.last = System.nanoTime();
                }
            }
        }
        Set<String> ids = new TreeSet<>(fleet.online.keySet());
        ids.addAll(operator.known());
        List<Device> devices = new ArrayList<>();
        for (String id : ids) {
            devices.add(new Device(id, fleet.online.getOrDefault(id, "unknown"), operator.reported(id)));
        }
        return devices;
    }

    private void heard(ReceivedMessage message) {
        last = System.nanoTime();
        String device = topics.deviceOf(message.topic());
        if (device != null && message.payload().length > 0) {
            online.put(device, new String(message.payload(), StandardCharsets.UTF_8));
        }
    }
}
