package dev.thimble.mqtt.outbox;

import dev.thimble.mqtt.LinkListener.LossReason;
import dev.thimble.mqtt.LinkStatistics;
import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.OutboxOptions.WhenFull;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.mqtt.TopicFilter;
import dev.thimble.mqtt.Utf8;
import java.util.ArrayList;
import java.util.List;

/**
 * The lanes of a link. Publishers append, the link's thread takes; across lanes the order of acceptance is kept by
 * sequence numbers. Thread-safe: one lock, held while a message is copied.
 */
public final class Outbox implements AutoCloseable {

    private static final String VOLATILE = "volatile";
    private static final OutboxOptions.Lane OTHER =
            new OutboxOptions.Lane("other", "#", 256 << 10, WhenFull.DROP_OLDEST);

    private final OutboxDirectory directory;
    private final List<Lane> durable;
    private final Lane transientLane;
    private final Lane[] lanes;
    private final long[][] reported;
    private final byte[] topicBytes = new byte[TopicFilter.MAX_TOPIC_BYTES];
    private long nextSequence;
    private boolean failed;
    private boolean closed;

    private Outbox(OutboxDirectory directory, List<Lane> durable, Lane transientLane) {
        this.directory = directory;
        this.durable = durable;
        this.transientLane = transientLane;
        List<Lane> all = new ArrayList<>(durable);
        all.add(transientLane);
        this.lanes = all.toArray(Lane[]::new);
        this.reported = new long[lanes.length][LossReason.values().length];
        for (Lane lane : lanes) {
            nextSequence = Math.max(nextSequence, lane.highestSequence() + 1);
        }
    }

    /**
     * Opens an outbox and takes over what an earlier process left in it.
     *
     * @throws java.io.UncheckedIOException if the directory cannot be used; the message names it
     */
    public static Outbox open(OutboxOptions options, long nowMillis) {
        List<OutboxOptions.Lane> wanted = reachable(options.lanes());
        Lane transientLane = inMemory(
                new OutboxOptions.Lane(VOLATILE, "#", options.volatileBytes(), WhenFull.DROP_OLDEST), options);
        if (options.directory() == null) {
            return new Outbox(null, wanted.stream().map(lane -> inMemory(lane, options)).toList(), transientLane);
        }
        OutboxDirectory directory = OutboxDirectory.open(options.directory());
        try {
            Outbox outbox =
                    new Outbox(directory, directory.openLanes(wanted, options.maxMessage()), transientLane);
            directory.adopt(outbox, nowMillis);
            return outbox;
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static Lane inMemory(OutboxOptions.Lane lane, OutboxOptions options) {
        LaneFile.Shape shape = shape(lane.bytes(), options.maxMessage());
        return new Lane(lane.name(), TopicFilter.parse(lane.filter()), lane.whenFull(),
                Storage.inMemory(shape.bytes()), shape);
    }

    // Nothing reaches a lane behind one that takes every topic.
    private static List<OutboxOptions.Lane> reachable(List<OutboxOptions.Lane> lanes) {
        List<OutboxOptions.Lane> kept = new ArrayList<>();
        for (OutboxOptions.Lane lane : lanes) {
            kept.add(lane);
            if (lane.filter().equals("#")) {
                return kept;
            }
        }
        kept.add(OTHER);
        return kept;
    }

    static LaneFile.Shape shape(int bytes, int maxMessage) {
        int smallest = MessageFormat.aligned(MessageFormat.SEGMENT_HEADER + MessageFormat.HEADER + maxMessage);
        int segmentSize = Math.max(smallest, MessageFormat.aligned(bytes / 16));
        return new LaneFile.Shape(segmentSize, Math.max(4, bytes / segmentSize));
    }

    /** Appends a message whose topic is given as bytes. */
    public PublishResult append(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset,
                                int length, int qos, boolean retained, PublishProperties properties, long nowMillis) {
        if (qos != 0 && qos != 1) {
            return PublishResult.INVALID_QOS;
        }
        if (!TopicFilter.isTopic(topic, topicOffset, topicLength)) {
            return PublishResult.INVALID_TOPIC;
        }
        synchronized (this) {
            if (closed) {
                return PublishResult.CLOSED;
            }
            if (failed) {
                return PublishResult.STORAGE_FAILED;
            }
            Lane lane = qos == 0 ? transientLane : durableLane(topic, topicOffset, topicLength);
            try {
                PublishResult result = lane.append(topic, topicOffset, topicLength, payload, offset, length, retained,
                        properties, nextSequence, nowMillis);
                if (result == PublishResult.QUEUED) {
                    nextSequence++;
                }
                return result;
            } catch (InternalError e) {
                // The JVM's word for a disk that fails under a mapped file.
                failed = true;
                return PublishResult.STORAGE_FAILED;
            }
        }
    }

    /** Appends a message whose topic is given as text. */
    public PublishResult append(String topic, byte[] payload, int offset, int length, int qos, boolean retained,
                                PublishProperties properties, long nowMillis) {
        synchronized (this) {
            int topicLength = Utf8.encode(topic, topicBytes, 0);
            return topicLength < 0 ? PublishResult.INVALID_TOPIC
                    : append(topicBytes, 0, topicLength, payload, offset, length, qos, retained, properties, nowMillis);
        }
    }

    private Lane durableLane(byte[] topic, int offset, int length) {
        int last = durable.size() - 1;
        for (int i = 0; i < last; i++) {
            Lane lane = durable.get(i);
            if (lane.filter.matches(topic, offset, length)) {
                return lane;
            }
        }
        return durable.get(last);
    }

    /** The oldest message not yet taken, or null. One of quality of service 0 counts as sent with that. */
    public synchronized QueuedMessage take(long nowMillis) {
        Lane first = null;
        for (Lane lane : lanes) {
            if (lane.seek(nowMillis) && (first == null || lane.sequence() < first.sequence())) {
                first = lane;
            }
        }
        if (first == null) {
            return null;
        }
        QueuedMessage message = first.take(nowMillis);
        if (first == transientLane) {
            sent(message.ticket());
        }
        return message;
    }

    /** Whether there is something to take. */
    public synchronized boolean waiting(long nowMillis) {
        for (Lane lane : lanes) {
            if (lane.seek(nowMillis)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a message taken needs an acknowledgement. */
    public boolean wantsAcknowledgement(QueuedMessage message) {
        return message.ticket().lane != transientLane;
    }

    /** The broker has acknowledged a message. */
    public synchronized void sent(QueuedMessage.Ticket ticket) {
        if (ticket.lane.finish(ticket.generation, ticket.offset)) {
            ticket.lane.counters.sent++;
        }
    }

    /** The broker has refused a message; it is given up. */
    public synchronized void rejected(QueuedMessage.Ticket ticket) {
        if (ticket.lane.finish(ticket.generation, ticket.offset)) {
            ticket.lane.counters.rejected++;
        }
    }

    /** The connection is lost: what is not acknowledged will be taken again, in order. */
    public synchronized void rewind() {
        for (Lane lane : durable) {
            lane.rewind();
        }
    }

    public synchronized boolean isEmpty() {
        for (Lane lane : lanes) {
            if (lane.counters.queued > 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether a message waits that a power cut would lose. */
    public synchronized boolean unforced() {
        return directory != null && durable.stream().anyMatch(Lane::unforced);
    }

    /** Forces waiting messages to the disk. May take long on a slow card. */
    public void force() {
        for (Lane lane : durable) {
            for (int segment = 0; segment < lane.segments(); segment++) {
                int length;
                synchronized (this) {
                    length = lane.lengthToForce(segment);
                }
                lane.force(segment, length);
            }
        }
    }

    /** Appends a message from a lane that is no longer configured, and marks it done there. */
    synchronized boolean adopt(QueuedMessage message, long nowMillis) {
        PublishProperties properties = new PublishProperties(message.expirySeconds(), message.contentType(),
                message.responseTopic(), message.correlationData());
        PublishResult result = append(message.topic(), message.payload(), 0, message.payload().length, 1,
                message.retained(), properties, nowMillis);
        QueuedMessage.Ticket ticket = message.ticket();
        return result == PublishResult.QUEUED && ticket.lane.finish(ticket.generation, ticket.offset);
    }

    public synchronized List<LinkStatistics.Lane> statistics() {
        List<LinkStatistics.Lane> rows = new ArrayList<>();
        for (Lane lane : lanes) {
            rows.add(lane.counters.row(lane.name));
        }
        return rows;
    }

    /** Receives what was lost since the last report. */
    public interface LossReport {
        void lost(String lane, LossReason reason, long count);
    }

    /** Reports each loss once. */
    public void reportLosses(LossReport report) {
        for (int i = 0; i < lanes.length; i++) {
            for (LossReason reason : LossReason.values()) {
                long count;
                synchronized (this) {
                    long total = lanes[i].counters.lost(reason);
                    count = total - reported[i][reason.ordinal()];
                    reported[i][reason.ordinal()] = total;
                }
                if (count > 0) {
                    report.lost(lanes[i].name, reason, count);
                }
            }
        }
    }

    /** Closes the files. Everything later is refused with {@link PublishResult#CLOSED}. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            for (Lane lane : lanes) {
                lane.close();
            }
            if (directory != null) {
                directory.close();
            }
        }
    }
}
