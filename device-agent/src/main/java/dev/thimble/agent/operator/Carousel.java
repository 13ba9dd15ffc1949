package dev.thimble.agent.operator;

import dev.thimble.agent.port.Topics;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.content.Encoding;
import dev.thimble.ota.document.Payload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Broadcasts a release's payloads chunk by chunk to every device that listens, in place of one copy for each. What a device
 * misses it asks for afterwards. Paced, since a broker must put each chunk into as many queues as there are listeners.
 */
final class Carousel {
    /** Copies that the broker is made to deliver in a second. */
    private static final double DELIVERIES_PER_SECOND = 10_000;
    private static final long LEAST_PAUSE_NANOS = 2_000_000;

    private record Item(String topic, byte[] message) {}

    private final MqttLink link;
    private final List<Item> items = new ArrayList<>();
    private int next;
    private long dueNanos;
    private long sent;

    Carousel(MqttLink link, Topics topics, SignedModule release) {
        this.link = link;
        Map<Digest, List<byte[]>> messages = release.messages();
        for (Payload payload : travelling(release.manifest().payloads())) {
            List<byte[]> chunks = messages.get(payload.digest());
            for (int n = 0; n < chunks.size(); n++) {
                items.add(new Item(topics.carousel(payload.digest().toString(), Integer.toString(n)), chunks.get(n)));
            }
        }
    }

    /** What devices choose: a delta if they have its base, else the smallest that stands alone. */
    private static List<Payload> travelling(List<Payload> payloads) {
        List<Payload> chosen = new ArrayList<>(payloads.stream().filter(p -> p.encoding() == Encoding.DELTA).toList());
        payloads.stream().filter(p -> p.encoding() != Encoding.DELTA).min(Comparator.comparingInt(Payload::size)).ifPresent(chosen::add);
        return chosen;
    }

    /** Sends what is due for so many listeners. @return whether a round has just been completed */
    boolean turn(int listeners, long nowNanos) {
        if (nowNanos - dueNanos < 0) {
            return false;
        }
        Item item = items.get(next);
        link.publish(item.topic, item.message, 0, false);
        sent++;
        next = (next + 1) % items.size();
        dueNanos = nowNanos + Math.max(LEAST_PAUSE_NANOS, (long) (listeners / DELIVERIES_PER_SECOND * 1e9));
        return next == 0;
    }

    /** Nanoseconds until the next chunk is due. */
    long pause(long nowNanos) {
        return Math.max(0, dueNanos - nowNanos);
    }

    long sent() {
        return sent;
    }
}
