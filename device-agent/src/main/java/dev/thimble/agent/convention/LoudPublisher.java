package dev.thimble.agent.convention;

import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.mqtt.Publisher;
import org.tinylog.Logger;

/** Says so when a message is not accepted, for example a description of more readings than fit into one. */
final class LoudPublisher implements Publisher {
    private final Publisher to;

    LoudPublisher(Publisher to) {
        this.to = to;
    }

    @Override
    public PublishResult publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length, int qos,
                                 boolean retained, PublishProperties properties) {
        return to.publish(topic, topicOffset, topicLength, payload, offset, length, qos, retained, properties);
    }

    @Override
    public PublishResult publish(String topic, byte[] payload, int offset, int length, int qos, boolean retained,
                                 PublishProperties properties) {
        PublishResult result = to.publish(topic, payload, offset, length, qos, retained, properties);
        if (!result.queued()) {
            Logger.warn("{} bytes on {} were not accepted ({}): other systems do not see this", length, topic, result);
        }
        return result;
    }
}
