package dev.thimble.mqtt.paho;

import dev.thimble.mqtt.LinkListener;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.LinkStatistics;
import dev.thimble.mqtt.MessageHandler;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.mqtt.Publisher;
import dev.thimble.mqtt.RateLimit;
import dev.thimble.mqtt.Subscription;
import dev.thimble.mqtt.TopicFilter;
import dev.thimble.mqtt.outbox.Outbox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The link made with Eclipse Paho. */
public final class PahoLink implements MqttLink {

    private final LinkOptions options;
    private final Outbox outbox;
    private final LinkLoop loop;
    private final Subscriptions subscriptions;
    private final Inbox inbox;
    private final RatedPublisher unlimited;
    private final Map<String, RatedPublisher> publishers = new LinkedHashMap<>();
    private boolean started;
    private boolean closed;

    private PahoLink(LinkOptions options, Outbox outbox) {
        this.options = options;
        this.outbox = outbox;
        this.subscriptions = new Subscriptions(this::subscriptionsChanged);
        this.loop = new LinkLoop(options, outbox, subscriptions);
        this.inbox = new Inbox(subscriptions, loop::accept, options.clientId(), options.inboxMessages(),
                options.inboxBytes());
        this.unlimited = rated("", RateLimit.UNLIMITED);
    }

    /**
     * Makes a link, opening its outbox; it connects after {@link #start}.
     *
     * @throws java.io.UncheckedIOException if the outbox directory cannot be used or another process uses it
     */
    public static MqttLink create(LinkOptions options) {
        return new PahoLink(options, Outbox.open(options.outbox(), options.clock().millis()));
    }

    private RatedPublisher rated(String name, RateLimit limit) {
        return new RatedPublisher(name, limit, outbox, options.clock(), options.nanoTime(), loop::wake);
    }

    private void subscriptionsChanged() {
        loop.changed();
    }

    @Override
    public synchronized void start() {
        if (!started && !closed) {
            started = true;
            inbox.start();
            loop.start(inbox);
        }
    }

    @Override
    public PublishResult publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset,
                                 int length, int qos, boolean retained, PublishProperties properties) {
        return unlimited.publish(topic, topicOffset, topicLength, payload, offset, length, qos, retained, properties);
    }

    @Override
    public PublishResult publish(String topic, byte[] payload, int offset, int length, int qos, boolean retained,
                                 PublishProperties properties) {
        return unlimited.publish(topic, payload, offset, length, qos, retained, properties);
    }

    @Override
    public Subscription subscribe(String filter, int qos, MessageHandler handler) {
        if (qos != 0 && qos != 1) {
            throw new IllegalArgumentException("quality of service " + qos + " for '" + filter + "'; give 0 or 1");
        }
        if (loop.state() == LinkState.CLOSED) {
            throw new IllegalStateException("the link is closed");
        }
        return subscriptions.add(TopicFilter.parse(filter), qos, Objects.requireNonNull(handler, "handler"));
    }

    @Override
    public Publisher publisher(String name, RateLimit limit) {
        synchronized (publishers) {
            RatedPublisher publisher = publishers.get(name);
            if (publisher == null) {
                publisher = rated(name, limit);
                publishers.put(name, publisher);
            } else {
                publisher.limit(limit);
            }
            return publisher;
        }
    }

    @Override
    public void listen(LinkListener listener) {
        inbox.listen(Objects.requireNonNull(listener, "listener"), loop.state());
    }

    @Override
    public LinkState state() {
        return loop.state();
    }

    @Override
    public LinkStatistics statistics() {
        List<LinkStatistics.Named> named = new ArrayList<>();
        synchronized (publishers) {
            for (RatedPublisher publisher : publishers.values()) {
                named.add(publisher.row());
            }
        }
        return new LinkStatistics(loop.connects.get(), loop.failedAttempts.get(), inbox.received.get(),
                inbox.unrouted.get(), inbox.dropped.get(), inbox.failures.get(), outbox.statistics(), named);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (started) {
                loop.close();
                inbox.stop(options.closeTimeout().toMillis());
            } else {
                loop.neverStarted();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            outbox.close();
        }
    }
}
