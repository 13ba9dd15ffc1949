package dev.thimble.agent.port;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.host.CellPorts;
import dev.thimble.hal.host.Inbox;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.Publisher;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One module's way to the broker. What it calls {@code readings} is {@code …/up/data/<module>/readings} there, and it
 * subscribes below {@code …/dn/data/<module>/}, so no module reaches another's topics or the device's own. Publishing
 * allocates nothing. Used on the cells' thread; messages arrive on the link's.
 */
public final class ModuleMessages implements CellPorts.Messages, AutoCloseable {
    /** Longest topic of a module in bytes of UTF-8. */
    private static final int MAX_TOPIC = 512;

    private final MqttLink link;
    private final Publisher publisher;
    private final Inbox inbox;
    private final byte[] buffer;
    private final int prefixLength;
    private final String subscribePrefix;
    private final Map<Integer, Subscription> subscriptions = new HashMap<>();
    private byte[][] required = {};
    private boolean[] seen = {};

    /**
     * @param publisher the module's own, with its rate
     * @param inbox where subscribed messages go
     */
    public ModuleMessages(MqttLink link, Publisher publisher, Topics topics, String module, Inbox inbox) {
        this.link = link;
        this.publisher = publisher;
        this.inbox = inbox;
        byte[] prefix = topics.published(module).getBytes(StandardCharsets.UTF_8);
        prefixLength = prefix.length;
        buffer = Arrays.copyOf(prefix, prefixLength + MAX_TOPIC);
        subscribePrefix = topics.subscribed(module);
    }

    @Override
    public int publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length, int qos,
                       boolean retained) {
        if (topicLength > MAX_TOPIC) {
            return Errno.INVALID;
        }
        System.arraycopy(topic, topicOffset, buffer, prefixLength, topicLength);
        int result = errno(publisher.publish(buffer, 0, prefixLength + topicLength, payload, offset, length, qos, retained,
            PublishProperties.NONE));
        if (result == Errno.OK) {
            note(topic, topicOffset, topicLength);
        }
        return result;
    }

    private static int errno(dev.thimble.mqtt.PublishResult result) {
        return switch (result) {
            case QUEUED -> Errno.OK;
            case FULL -> Errno.AGAIN;
            case RATE_LIMITED -> Errno.QUOTA;
            case TOO_LARGE, INVALID_TOPIC, INVALID_QOS -> Errno.INVALID;
            case STORAGE_FAILED -> Errno.IO;
            case CLOSED -> Errno.CLOSED;
        };
    }

    @Override
    public int subscribe(int id, byte[] filter, int offset, int length, int qos) {
        String text = subscribePrefix + new String(filter, offset, length, StandardCharsets.UTF_8);
        Subscription subscription;
        try {
            subscription = link.subscribe(text, qos, message -> deliver(id, message));
        } catch (IllegalArgumentException e) {
            return Errno.INVALID;
        }
        Subscription before = subscriptions.put(id, subscription);
        if (before != null) {
            before.close();
        }
        return Errno.OK;
    }

    @Override
    public int unsubscribe(int id) {
        Subscription subscription = subscriptions.remove(id);
        if (subscription == null) {
            return Errno.NOT_FOUND;
        }
        subscription.close();
        return Errno.OK;
    }

    @Override
    public boolean online() {
        return link.state() == LinkState.ONLINE;
    }

    /** Begins to watch for these topics; the module is healthy once it has published on each. */
    public void require(List<String> topics) {
        required = topics.stream().map(t -> t.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        seen = new boolean[required.length];
    }

    /** Required topics on which nothing was published yet. */
    public List<String> missingOutputs() {
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < required.length; i++) {
            if (!seen[i]) {
                missing.add(new String(required[i], StandardCharsets.UTF_8));
            }
        }
        return missing;
    }

    @Override
    public void close() {
        subscriptions.values().forEach(Subscription::close);
        subscriptions.clear();
    }

    private void note(byte[] topic, int offset, int length) {
        for (int i = 0; i < required.length; i++) {
            if (!seen[i] && Arrays.equals(required[i], 0, required[i].length, topic, offset, offset + length)) {
                seen[i] = true;
            }
        }
    }

    private void deliver(int id, ReceivedMessage message) {
        byte[] topic = message.topic().substring(subscribePrefix.length()).getBytes(StandardCharsets.UTF_8);
        inbox.message(id, topic, 0, topic.length, message.payload(), 0, message.payload().length);
    }
}
