package dev.thimble.simulator.demo;

import dev.thimble.simulator.broker.Subscriber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * What somebody else has seen on the broker. What it has not seen did not happen.
 */
final class Observer implements AutoCloseable {
    /** @param nanos when it arrived, on {@link System#nanoTime} */
    record Seen(long nanos, String topic, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    private final Subscriber subscriber;
    private final List<Seen> seen = new ArrayList<>();

    /** Connects and subscribes; both are done when this returns. */
    Observer(String broker, String filter) throws MqttException {
        subscriber = new Subscriber(broker, this::arrived);
        subscriber.subscribe(filter, 1);
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
                    + (subscriber.broken().isEmpty() ? "" : " (" + subscriber.broken() + ")"));
            }
            wait(left);
        }
    }

    /** Removes a retained message that the story left on the broker. */
    void clear(String topic) throws MqttException {
        subscriber.clear(topic);
    }

    @Override
    public void close() throws MqttException {
        subscriber.close();
    }

    /** A step of the story did not show on the broker. */
    static final class NotSeenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotSeenException(String message) {
            super(message);
        }
    }
}
