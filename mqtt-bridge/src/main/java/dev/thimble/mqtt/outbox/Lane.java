package dev.thimble.mqtt.outbox;

import static dev.thimble.mqtt.outbox.MessageFormat.*;

import dev.thimble.mqtt.OutboxOptions.WhenFull;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import dev.thimble.mqtt.TopicFilter;
import dev.thimble.mqtt.Utf8;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A bounded queue as a ring of segments. Records are appended to the newest segment; the reader's cursor runs behind;
 * a segment is used again when its turn comes and all its records are done. Not thread-safe: {@link Outbox} locks.
 */
final class Lane implements AutoCloseable {

    final String name;
    final TopicFilter filter;
    final LaneCounters counters = new LaneCounters();

    private final WhenFull whenFull;
    private final Storage storage;
    private final ByteBuffer bytes;
    private final int segmentSize;
    private final CRC32C crc = new CRC32C();
    private final byte[] text = new byte[PublishProperties.MAX_PROPERTY_BYTES];

    /** For each segment index: its generation, where its records end, how many are pending, whether to be forced. */
    private final long[] generation;
    private final int[] end;
    private final int[] pending;
    private final boolean[] dirty;

    private long newest;
    private long readGeneration;
    private int readOffset;
    private long highestSequence = -1;

    /** Takes over what the storage holds: whole records are kept, a torn tail is cut off. */
    Lane(String name, TopicFilter filter, WhenFull whenFull, Storage storage, LaneFile.Shape shape) {
        this.name = name;
        this.filter = filter;
        this.whenFull = whenFull;
        this.storage = storage;
        this.bytes = storage.bytes();
        this.segmentSize = shape.segmentSize();
        this.generation = new long[shape.segments()];
        this.end = new int[shape.segments()];
        this.pending = new int[shape.segments()];
        this.dirty = new boolean[shape.segments()];
        recover();
        rewind();
    }

    /** Copies one message in, or says why not. */
    PublishResult append(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length,
                         boolean retained, PublishProperties properties, long sequence, long nowMillis) {
        int contentType = properties.contentType() == null ? 0 : Utf8.length(properties.contentType());
        int response = properties.responseTopic() == null ? 0 : Utf8.length(properties.responseTopic());
        int correlation = properties.correlationData() == null ? 0 : properties.correlationData().length;
        long wanted = (long) HEADER + topicLength + contentType + response + correlation + length;
        if (wanted > segmentSize - SEGMENT_HEADER) {
            return PublishResult.TOO_LARGE;
        }
        int size = (int) wanted;
        if (end[index(newest)] + aligned(size) > segmentSize && !advance()) {
            counters.refused++;
            return PublishResult.FULL;
        }
        int segment = index(newest);
        int at = segment * segmentSize + end[segment];
        bytes.put(at + STATE, PENDING);
        bytes.put(at + FLAGS, (byte) (retained ? FLAG_RETAINED : 0));
        bytes.putShort(at + TOPIC_LENGTH, (short) topicLength);
        bytes.putInt(at + PAYLOAD_LENGTH, length);
        bytes.putLong(at + SEQUENCE, sequence);
        bytes.putLong(at + QUEUED_AT, nowMillis);
        bytes.putInt(at + EXPIRY, properties.expirySeconds());
        bytes.putShort(at + CONTENT_TYPE_LENGTH, (short) (properties.contentType() == null ? ABSENT : contentType));
        bytes.putShort(at + RESPONSE_TOPIC_LENGTH, (short) (properties.responseTopic() == null ? ABSENT : response));
        bytes.putShort(at + CORRELATION_LENGTH, (short) (properties.correlationData() == null ? ABSENT : correlation));
        bytes.putShort(at + CORRELATION_LENGTH + 2, (short) 0);
        int to = at + HEADER;
        bytes.put(to, topic, topicOffset, topicLength);
        to += topicLength;
        to = putText(to, properties.contentType());
        to = putText(to, properties.responseTopic());
        if (correlation > 0) {
            bytes.put(to, properties.correlationData(), 0, correlation);
            to += correlation;
        }
        bytes.put(to, payload, offset, length);
        bytes.putInt(at + CHECKSUM, recordChecksum(crc, bytes, at, size, newest));
        bytes.putInt(at + SIZE, size);
        end[segment] += aligned(size);
        pending[segment]++;
        dirty[segment] = true;
        counters.accepted++;
        counters.queued++;
        highestSequence = sequence;
        return PublishResult.QUEUED;
    }

    private int putText(int to, String value) {
        if (value == null) {
            return to;
        }
        int length = Utf8.encode(value, text, 0);
        bytes.put(to, text, 0, length);
        return to + length;
    }

    /** Begins the next segment, dropping what it holds if the policy says so. */
    private boolean advance() {
        int next = index(newest + 1);
        if (pending[next] > 0) {
            if (whenFull == WhenFull.REFUSE_NEWEST) {
                return false;
            }
            counters.overflow += pending[next];
            counters.queued -= pending[next];
        }
        begin(newest + 1);
        if (readGeneration <= newest - generation.length) {
            readGeneration = newest - generation.length + 1;
            readOffset = SEGMENT_HEADER;
        }
        return true;
    }

    private void begin(long number) {
        newest = number;
        int segment = index(number);
        int at = segment * segmentSize;
        bytes.putInt(at, MAGIC);
        bytes.putLong(at + SEGMENT_GENERATION, number);
        bytes.putInt(at + SEGMENT_CHECKSUM, segmentChecksum(crc, bytes, at));
        generation[segment] = number;
        end[segment] = SEGMENT_HEADER;
        pending[segment] = 0;
        dirty[segment] = true;
    }

    /** The next record to send: moves the cursor to it, past expired ones. False if there is none. */
    boolean seek(long nowMillis) {
        while (true) {
            int segment = index(readGeneration);
            if (readOffset >= end[segment] || generation[segment] != readGeneration) {
                if (readGeneration == newest) {
                    return false;
                }
                readGeneration++;
                readOffset = SEGMENT_HEADER;
                continue;
            }
            int at = segment * segmentSize + readOffset;
            int size = readableSize(at, segment);
            if (size == 0) {
                readOffset += ALIGNMENT;
                continue;
            }
            if (bytes.get(at + STATE) == PENDING) {
                if (!expired(at, nowMillis)) {
                    return true;
                }
                if (finish(readGeneration, readOffset)) {
                    counters.expired++;
                }
            }
            readOffset += aligned(size);
        }
    }

    /** The sequence number of the record under the cursor. */
    long sequence() {
        return bytes.getLong(index(readGeneration) * segmentSize + readOffset + SEQUENCE);
    }

    /** Copies out the record under the cursor and moves on. */
    QueuedMessage take(long nowMillis) {
        int at = index(readGeneration) * segmentSize + readOffset;
        QueuedMessage message = QueuedMessage.read(bytes, at, this, readGeneration, readOffset, nowMillis);
        readOffset += aligned(bytes.getInt(at + SIZE));
        return message;
    }

    /** Marks a record done. False if it was done before or its segment has been used again. */
    boolean finish(long recordGeneration, int offset) {
        int segment = index(recordGeneration);
        int at = segment * segmentSize + offset;
        if (generation[segment] != recordGeneration || bytes.get(at + STATE) == DONE) {
            return false;
        }
        bytes.put(at + STATE, DONE);
        pending[segment]--;
        dirty[segment] = true;
        counters.queued--;
        return true;
    }

    /** Puts the cursor back to the oldest record that is not done. */
    void rewind() {
        readGeneration = Math.max(0, newest - generation.length + 1);
        readOffset = SEGMENT_HEADER;
        while (readGeneration < newest && pending[index(readGeneration)] == 0) {
            readGeneration++;
        }
    }

    int segments() {
        return generation.length;
    }

    /** How much of a segment is to be forced to the disk, 0 if nothing; it counts as forced after that. */
    int lengthToForce(int segment) {
        if (!dirty[segment] || pending[segment] == 0) {
            return 0;
        }
        dirty[segment] = false;
        return end[segment];
    }

    /** The one method to be called without the outbox's lock, since it waits for the disk. */
    void force(int segment, int length) {
        if (length > 0) {
            storage.force(segment * segmentSize, length);
        }
    }

    /** Whether a message waits that has not been forced. */
    boolean unforced() {
        for (int segment = 0; segment < dirty.length; segment++) {
            if (dirty[segment] && pending[segment] > 0) {
                return true;
            }
        }
        return false;
    }

    long highestSequence() {
        return highestSequence;
    }

    @Override
    public void close() {
        storage.close();
    }

    private int index(long number) {
        return (int) (number % generation.length);
    }

    private boolean expired(int at, long nowMillis) {
        int seconds = bytes.getInt(at + EXPIRY);
        return seconds > 0 && nowMillis - bytes.getLong(at + QUEUED_AT) >= seconds * 1000L;
    }

    /** A record's size, checked against damage since it was written; 0 if it cannot be read. */
    private int readableSize(int at, int segment) {
        int size = bytes.getInt(at + SIZE);
        int room = (segment + 1) * segmentSize - at;
        return wellFormed(at, size, room, generation[segment]) ? size : 0;
    }

    private boolean wellFormed(int at, int size, int room, long number) {
        return size >= HEADER && size <= room
                && bytes.getInt(at + CHECKSUM) == recordChecksum(crc, bytes, at, size, number);
    }

    private void recover() {
        Arrays.fill(generation, -1);
        newest = -1;
        for (int segment = 0; segment < generation.length; segment++) {
            int at = segment * segmentSize;
            long number = bytes.getLong(at + SEGMENT_GENERATION);
            if (bytes.getInt(at) == MAGIC && number >= 0 && index(number) == segment
                    && bytes.getInt(at + SEGMENT_CHECKSUM) == segmentChecksum(crc, bytes, at)) {
                generation[segment] = number;
                newest = Math.max(newest, number);
            }
        }
        if (newest < 0) {
            begin(0);
            return;
        }
        for (int segment = 0; segment < generation.length; segment++) {
            if (generation[segment] >= 0 && generation[segment] > newest - generation.length) {
                recoverSegment(segment);
            } else {
                generation[segment] = -1;
            }
        }
    }

    /**
     * Reads a segment's records. Behind an unreadable place it looks on at every possible beginning: what follows is
     * either more records, and the place was damaged, or nothing, and it was the torn tail.
     */
    private void recoverSegment(int segment) {
        end[segment] = SEGMENT_HEADER;
        boolean gap = false;
        int offset = SEGMENT_HEADER;
        while (offset + HEADER <= segmentSize) {
            int at = segment * segmentSize + offset;
            int size = bytes.getInt(at + SIZE);
            if (!wellFormed(at, size, segmentSize - offset, generation[segment])) {
                gap = true;
                offset += ALIGNMENT;
                continue;
            }
            if (gap) {
                counters.damaged++;
                gap = false;
            }
            highestSequence = Math.max(highestSequence, bytes.getLong(at + SEQUENCE));
            if (bytes.get(at + STATE) == PENDING) {
                pending[segment]++;
                counters.queued++;
                counters.accepted++;
            }
            offset += aligned(size);
            end[segment] = offset;
        }
    }
}
