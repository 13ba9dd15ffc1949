package dev.thimble.agent.shadow;

import dev.thimble.mqtt.LinkListener;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.LinkStatistics;
import dev.thimble.mqtt.MessageHandler;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.mqtt.Publisher;
import dev.thimble.mqtt.RateLimit;
import dev.thimble.mqtt.Subscription;

/** A link as a shadow has it: as much online as the real one, but nothing leaves, and what arrives comes through its cell. */
public final class SilentLink implements MqttLink {
    private record Unheard(String filter) implements Subscription {
        @Override
        public boolean confirmed() {
            return true;
        }

        @Override
        public void close() {
            // There is nothing to give back.
        }
    }

    private final MqttLink real;
    private final Publisher publisher;

    public SilentLink(MqttLink real, Tape tape) {
        this.real = real;
        publisher = new TapedPublisher(null, tape);
    }

    @Override
    public void start() {
        throw new UnsupportedOperationException("a shadow has no connection");
    }

    @Override
    public Subscription subscribe(String filter, int qos, MessageHandler handler) {
        return new Unheard(filter);
    }

    @Override
    public Publisher publisher(String name, RateLimit limit) {
        return publisher;
    }

    @Override
    public PublishResult publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length, int qos,
                                 boolean retained, PublishProperties properties) {
        return publisher.publish(topic, topicOffset, topicLength, payload, offset, length, qos, retained, properties);
    }

    @Override
    public PublishResult publish(String topic, byte[] payload, int offset, int length, int qos, boolean retained,
                                 PublishProperties properties) {
        return publisher.publish(topic, payload, offset, length, qos, retained, properties);
    }

    @Override
    public void listen(LinkListener listener) {
        real.listen(listener);
    }

    @Override
    public LinkState state() {
        return real.state();
    }

    @Override
    public LinkStatistics statistics() {
        return real.statistics();
    }

    @Override
    public void close() {
        // The real link belongs to the agent.
    }
}
