package dev.thimble.agent.convention;

import dev.thimble.hal.host.Inbox;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.mqtt.Publisher;
import java.nio.charset.StandardCharsets;

/** Copies what was accepted into a bounded inbox, where what does not fit is dropped. Allocates nothing for topics in bytes. */
final class OverheardPublisher implements Publisher {
    private final Publisher to;
    private final Inbox ear;

    OverheardPublisher(Publisher to, Inbox ear) {
        this.to = to;
        this.ear = ear;
    }

    @Override
    public PublishResult publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length, int qos,
                                 boolean retained, PublishProperties properties) {
        PublishResult result = to.publish(topic, topicOffset, topicLength, payload, offset, length, qos, retained, properties);
        if (result.queued()) {
            ear.message(0, topic, topicOffset, topicLength, payload, offset, length);
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
