package dev.thimble.simulator.demo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * Somebody else on the broker: a client of its own that sees only what everybody can see. What it has not seen did not
 * happen.
 */
final class Observer implements AutoCloseable {
    /** @param nanos when it arrived, on {@link System#nanoTime} */
    record Seen(long nanos, String topic, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    private static final long CONNECT_MILLIS = 10_000;

    private final MqttAsyncClient client;
    private final List<Seen> seen = new ArrayList<>();
    private volatile String disconnected = "";

    /** Connects and subscribes; both are done when this returns. */
    Observer(String broker, String filter) throws MqttException {
        client = new MqttAsyncClient(broker, "thimble-observer-" + UUID.randomUUID(), new MemoryPersistence());
        client.setCallback(new MqttCallback() {
            @Override
            public void messageArrived(String topic, MqttMessage message) {
                arrived(topic, message.getPayload());
            }

            @Override
            public void disconnected(MqttDisconnectResponse response) {
                disconnected = "the observer lost the broker: " + response.getReasonString();
            }

            @Override
            public void mqttErrorOccurred(MqttException exception) {
                disconnected = "the observer failed: " + exception.getMessage();
            }

            @Override
            public void deliveryComplete(IMqttToken token) {}

            @Override
            public void connectComplete(boolean reconnect, String serverUri) {}

            @Override
            public void authPacketArrived(int reasonCode, MqttProperties properties) {}
        });
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        client.connect(options).waitForCompletion(CONNECT_MILLIS);
        client.subscribe(filter, 1).waitForCompletion(CONNECT_MILLIS);
    }

    private synchronized void arrived(String topic, byte[] payload) {
        seen.add(new Seen(System.nanoTime(), topic, payload));
        notifyAll();
    }

    /** Where the record stands: what comes later has this index or a greater one. */
    synchronized int mark() {
        return seen.size();
    }

    /** Everything from a mark on that matches. */
    synchronized List<Seen> since(int mark, Predicate<Seen> wanted) {
        return seen.subList(mark, seen.size()).stream().filter(wanted).toList();
    }

    /**
     * Waits for a message.
     *
     * @param mark look from here on
     * @return the first that matches
     * @throws NotSeenException when none came in time
     */
    synchronized Seen await(int mark, String what, Duration patience, Predicate<Seen> wanted) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        int next = mark;
        while (true) {
            for (; next < seen.size(); next++) {
                if (wanted.test(seen.get(next))) {
                    return seen.get(next);
                }
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new NotSeenException("not seen within " + patience.toMillis() + " ms: " + what
                    + (disconnected.isEmpty() ? "" : " (" + disconnected + ")"));
            }
            wait(left);
        }
    }

    /** Removes a retained message that the story left on the broker. */
    void clear(String topic) throws MqttException {
        client.publish(topic, new byte[0], 1, true).waitForCompletion(CONNECT_MILLIS);
    }

    @Override
    public void close() throws MqttException {
        client.disconnect().waitForCompletion(CONNECT_MILLIS);
        client.close();
    }

    /** A step of the story did not show on the broker. */
    static final class NotSeenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotSeenException(String message) {
            super(message);
        }
    }
}
