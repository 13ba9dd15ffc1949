package dev.thimble.mqtt.paho;

import dev.thimble.mqtt.LinkStatistics;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.mqtt.Publisher;
import dev.thimble.mqtt.RateLimit;
import dev.thimble.mqtt.outbox.Outbox;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** A publisher with a token bucket in front of the outbox. */
final class RatedPublisher implements Publisher {

    private final String name;
    private final Outbox outbox;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Runnable wake;

    private RateLimit limit;
    private double tokens;
    private long filledAt;
    private long accepted;
    private long rateLimited;

    RatedPublisher(String name, RateLimit limit, Outbox outbox, InstantSource clock, LongSupplier nanoTime,
                   Runnable wake) {
        this.name = name;
        this.outbox = outbox;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.wake = wake;
        limit(limit);
    }

    synchronized void limit(RateLimit newLimit) {
        limit = newLimit;
        tokens = newLimit.burst();
        filledAt = nanoTime.getAsLong();
    }

    @Override
    public PublishResult publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset,
                                 int length, int qos, boolean retained, PublishProperties properties) {
        if (!withinRate()) {
            return PublishResult.RATE_LIMITED;
        }
        return count(outbox.append(topic, topicOffset, topicLength, payload, offset, length, qos, retained,
                properties, clock.millis()));
    }

    @Override
    public PublishResult publish(String topic, byte[] payload, int offset, int length, int qos, boolean retained,
                                 PublishProperties properties) {
        if (!withinRate()) {
            return PublishResult.RATE_LIMITED;
        }
        return count(outbox.append(topic, payload, offset, length, qos, retained, properties, clock.millis()));
    }

    private synchronized boolean withinRate() {
        if (limit == RateLimit.UNLIMITED) {
            return true;
        }
        long now = nanoTime.getAsLong();
        tokens = Math.min(limit.burst(), tokens + (now - filledAt) * 1e-9 * limit.perSecond());
        filledAt = now;
        if (tokens < 1) {
            rateLimited++;
            return false;
        }
        tokens--;
        return true;
    }

    private PublishResult count(PublishResult result) {
        if (result == PublishResult.QUEUED) {
            synchronized (this) {
                accepted++;
            }
            wake.run();
        }
        return result;
    }

    synchronized LinkStatistics.Named row() {
        return new LinkStatistics.Named(name, accepted, rateLimited);
    }
}
