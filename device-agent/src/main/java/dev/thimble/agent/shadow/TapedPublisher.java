package dev.thimble.agent.shadow;

import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.mqtt.Publisher;
import java.nio.charset.StandardCharsets;

/** A module's way to the broker that is heard, or without a real one a shadow's. */
public final class TapedPublisher implements Publisher {
    private final Publisher real;
    private final Tape tape;

    /** @param real null for a shadow */
    public TapedPublisher(Publisher real, Tape tape) {
        this.real = real;
        this.tape = tape;
    }

    @Override
    public PublishResult publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length, int qos,
                                 boolean retained, PublishProperties properties) {
        PublishResult result = real == null ? PublishResult.QUEUED
            : real.publish(topic, topicOffset, topicLength, payload, offset, length, qos, retained, properties);
        if (tape.hears(real == null)) {
            tape.output(real == null, new String(topic, topicOffset, topicLength, StandardCharsets.UTF_8), payload, offset, length);
        }
        return result;
    }

    @Override
    public PublishResult publish(String topic, byte[] payload, int offset, int length, int qos, boolean retained,
                                 PublishProperties properties) {
        byte[] bytes = topic.getBytes(StandardCharsets.UTF_8);
        return publish(bytes, 0, bytes.length, payload, offset, length, qos, retained, properties);
    }
}
