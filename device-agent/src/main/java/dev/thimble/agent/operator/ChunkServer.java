package dev.thimble.agent.operator;

import dev.thimble.agent.port.Topics;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Get;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands manifests and chunks to devices that ask for them. What is asked for is kept as a list of names, and a message is
 * made only when the link has room, so that a thousand devices may ask at once; a device that asks again for what is still
 * waiting gets it once. Thread-safe; one thread of its own.
 */
final class ChunkServer implements AutoCloseable {
    private static final long ROOM_MILLIS = 2;

    private record Wanted(String device, Digest blob, int chunk) {}

    /** What a device was given of a payload: {@code given} of {@code all} chunks. */
    record Given(int given, int all) {}

    private final MqttLink link;
    private final Topics topics;
    private final Map<Digest, List<byte[]>> offers = new ConcurrentHashMap<>();
    private final Map<String, Given> given = new ConcurrentHashMap<>();
    private final SequencedSet<Wanted> queue = new LinkedHashSet<>();
    private final Thread thread = new Thread(this::run, "thimble-operator");
    final AtomicLong sent = new AtomicLong();
    private boolean closed;

    ChunkServer(MqttLink link, Topics topics) {
        this.link = link;
        this.topics = topics;
        thread.setDaemon(true);
        thread.start();
    }

    void offer(SignedModule release) {
        offers.putAll(release.messages());
    }

    /** How far the payload is that a device is loading, or null when it loads none from here. */
    Given given(String device) {
        return given.get(device);
    }

    void forget(String device) {
        given.remove(device);
    }

    /** @return false when nothing of that name is here */
    boolean ask(String device, Get get) {
        List<byte[]> messages = offers.get(get.name());
        if (messages == null) {
            return false;
        }
        synchronized (this) {
            for (int chunk : get.chunks().toArray()) {
                if (chunk < messages.size()) {
                    queue.add(new Wanted(device, get.name(), chunk));
                }
            }
            notifyAll();
        }
        return true;
    }

    private void run() {
        try {
            for (Wanted next = take(); next != null; next = take()) {
                send(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Wanted take() throws InterruptedException {
        while (queue.isEmpty() && !closed) {
            wait();
        }
        return closed ? null : queue.removeFirst();
    }

    private void send(Wanted wanted) throws InterruptedException {
        List<byte[]> messages = offers.get(wanted.blob);
        String topic = topics.of(wanted.device).block(wanted.blob.toString(), Integer.toString(wanted.chunk));
        PublishResult result = link.publish(topic, messages.get(wanted.chunk), 1, false);
        while (result == PublishResult.FULL) {
            TimeUnit.MILLISECONDS.sleep(ROOM_MILLIS);
            result = link.publish(topic, messages.get(wanted.chunk), 1, false);
        }
        if (result.queued()) {
            sent.incrementAndGet();
            // A manifest is one message; progress is about payloads.
            if (messages.size() > 1) {
                given.merge(wanted.device, new Given(1, messages.size()), (before, one) -> before.all != one.all ? one
                    : new Given(Math.min(before.given + 1, before.all), before.all));
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
