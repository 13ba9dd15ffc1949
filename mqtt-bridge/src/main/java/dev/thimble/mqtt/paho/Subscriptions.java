package dev.thimble.mqtt.paho;

import dev.thimble.mqtt.MessageHandler;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.Subscription;
import dev.thimble.mqtt.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What handlers want, what the broker knows of it, and which handlers a message goes to. Handlers with the same filter
 * share one subscription at the broker. Thread-safe.
 *
 * <p>Where filters overlap, MQTT lets a broker send one copy for each or a single one. Each filter has an MQTT 5
 * subscription identifier, derived from its text so that it is the same after a restart of the process; a broker
 * names with each copy what it is for. The first copy goes to every handler whose filter matches, since some brokers
 * send a single one and do not name all it is for; copies that follow under other identifiers are recognised and
 * dropped.
 */
final class Subscriptions {

    private static final int MAX_IDENTIFIER = 268_435_455;

    /** How many messages may come between the copies of one. */
    private static final int RECENT = 8;

    private final Runnable changed;
    private final Map<String, Filter> filters = new LinkedHashMap<>();
    private final List<String> unwanted = new ArrayList<>();
    private final ArrayDeque<Delivered> recent = new ArrayDeque<>();

    Subscriptions(Runnable changed) {
        this.changed = changed;
    }

    /** One filter at the broker. */
    static final class Filter {
        final TopicFilter topic;
        final int identifier;
        private final List<Entry> entries = new ArrayList<>();
        private State state = State.WANTED;
        private int qos;

        private Filter(TopicFilter topic, int identifier) {
            this.topic = topic;
            this.identifier = identifier;
        }

        int qos() {
            return qos;
        }
    }

    /** A message delivered to the handlers of several filters, of which some may still get copies of their own. */
    private record Delivered(ReceivedMessage message, List<Filter> awaited) {
        boolean same(ReceivedMessage other) {
            return message.topic().equals(other.topic()) && message.retained() == other.retained()
                    && Arrays.equals(message.payload(), other.payload());
        }
    }

    private enum State { WANTED, SENT, CONFIRMED, REFUSED }

    private final class Entry implements Subscription {
        private final Filter filter;
        private final MessageHandler handler;

        private Entry(Filter filter, MessageHandler handler) {
            this.filter = filter;
            this.handler = handler;
        }

        @Override
        public String filter() {
            return filter.topic.toString();
        }

        @Override
        public boolean confirmed() {
            synchronized (Subscriptions.this) {
                return filter.state == State.CONFIRMED;
            }
        }

        @Override
        public void close() {
            remove(this);
        }
    }

    Subscription add(TopicFilter topic, int qos, MessageHandler handler) {
        Entry entry;
        synchronized (this) {
            Filter filter = filters.computeIfAbsent(topic.toString(), text -> new Filter(topic, identifier(text)));
            unwanted.remove(topic.toString());
            if (filter.entries.isEmpty() || filter.qos < qos) {
                filter.qos = qos;
                filter.state = State.WANTED;
            }
            entry = new Entry(filter, handler);
            filter.entries.add(entry);
        }
        changed.run();
        return entry;
    }

    private void remove(Entry entry) {
        synchronized (this) {
            Filter filter = entry.filter;
            if (!filter.entries.remove(entry) || !filter.entries.isEmpty()) {
                return;
            }
            filters.remove(filter.topic.toString());
            if (filter.state != State.WANTED) {
                unwanted.add(filter.topic.toString());
            }
        }
        changed.run();
    }

    private int identifier(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        int identifier = (int) (crc.getValue() % MAX_IDENTIFIER) + 1;
        while (known(identifier)) {
            identifier = identifier % MAX_IDENTIFIER + 1;
        }
        return identifier;
    }

    private boolean known(int identifier) {
        for (Filter filter : filters.values()) {
            if (filter.identifier == identifier) {
                return true;
            }
        }
        return false;
    }

    /** A connection is open: what was confirmed in the session still holds if the broker has kept the session. */
    synchronized void connected(boolean sessionPresent) {
        recent.clear();
        for (Filter filter : filters.values()) {
            if (!sessionPresent || filter.state != State.CONFIRMED) {
                filter.state = State.WANTED;
            }
        }
        if (!sessionPresent) {
            unwanted.clear();
        }
    }

    /** The filters to subscribe now. They count as sent after this. */
    synchronized List<Filter> takeWanted() {
        List<Filter> wanted = new ArrayList<>();
        for (Filter filter : filters.values()) {
            if (filter.state == State.WANTED) {
                filter.state = State.SENT;
                wanted.add(filter);
            }
        }
        return wanted;
    }

    synchronized List<String> takeUnwanted() {
        List<String> taken = List.copyOf(unwanted);
        unwanted.clear();
        return taken;
    }

    synchronized void answered(Filter filter, boolean confirmed) {
        if (filter.state == State.SENT) {
            filter.state = confirmed ? State.CONFIRMED : State.REFUSED;
        }
    }

    synchronized boolean settled() {
        for (Filter filter : filters.values()) {
            if (filter.state == State.WANTED || filter.state == State.SENT) {
                return false;
            }
        }
        return true;
    }

    /** The handlers for a message; none for a further copy of one that they have had. Null if no filter matches. */
    synchronized List<MessageHandler> handlers(ReceivedMessage message, List<Integer> identifiers) {
        byte[] topic = message.topic().getBytes(StandardCharsets.UTF_8);
        List<Filter> matching = new ArrayList<>();
        for (Filter filter : filters.values()) {
            if (filter.topic.matches(topic, 0, topic.length)) {
                matching.add(filter);
            }
        }
        if (matching.isEmpty()) {
            return null;
        }
        List<MessageHandler> handlers = new ArrayList<>();
        if (matching.size() > 1 && furtherCopy(message, identifiers, matching)) {
            return handlers;
        }
        for (Filter filter : matching) {
            for (Entry entry : filter.entries) {
                handlers.add(entry.handler);
            }
        }
        return handlers;
    }

    private boolean furtherCopy(ReceivedMessage message, List<Integer> identifiers, List<Filter> matching) {
        List<Filter> named = matching.stream().filter(f -> identifiers.contains(f.identifier)).toList();
        if (named.isEmpty()) {
            return false;
        }
        for (Delivered delivered : recent) {
            if (delivered.same(message) && delivered.awaited.containsAll(named)) {
                delivered.awaited.removeAll(named);
                return true;
            }
        }
        if (recent.size() == RECENT) {
            recent.removeFirst();
        }
        recent.removeIf(delivered -> delivered.same(message));
        List<Filter> awaited = new ArrayList<>(matching);
        awaited.removeAll(named);
        recent.addLast(new Delivered(message, awaited));
        return false;
    }
}
