package dev.thimble.mqtt.outbox;

import static dev.thimble.mqtt.outbox.MessageFormat.*;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A message taken out to be sent.
 *
 * @param expirySeconds what is left of the message expiry interval, at least 1; 0 for a message that does not expire
 */
public record QueuedMessage(String topic, byte[] payload, boolean retained, int expirySeconds, String contentType,
                            String responseTopic, byte[] correlationData, Ticket ticket) {

    /** Names the record, for {@link Outbox#sent} and {@link Outbox#rejected}. */
    public static final class Ticket {
        final Lane lane;
        final long generation;
        final int offset;

        private Ticket(Lane lane, long generation, int offset) {
            this.lane = lane;
            this.generation = generation;
            this.offset = offset;
        }

        /** Whether both name the same record. */
        public boolean sameAs(Ticket other) {
            return lane == other.lane && generation == other.generation && offset == other.offset;
        }
    }

    /** An upper bound of the message's PUBLISH packet, in bytes. */
    public int packetBound() {
        int properties = 32 + 4 * (length(contentType) + length(responseTopic)) + length(correlationData);
        return 16 + 4 * topic.length() + properties + payload.length;
    }

    static QueuedMessage read(ByteBuffer bytes, int at, Lane lane, long generation, int offset, long nowMillis) {
        int from = at + HEADER;
        byte[] topic = copy(bytes, from, bytes.getShort(at + TOPIC_LENGTH) & 0xFFFF);
        from += topic.length;
        byte[] contentType = copy(bytes, from, bytes.getShort(at + CONTENT_TYPE_LENGTH) & 0xFFFF);
        from += length(contentType);
        byte[] responseTopic = copy(bytes, from, bytes.getShort(at + RESPONSE_TOPIC_LENGTH) & 0xFFFF);
        from += length(responseTopic);
        byte[] correlation = copy(bytes, from, bytes.getShort(at + CORRELATION_LENGTH) & 0xFFFF);
        from += length(correlation);
        byte[] payload = new byte[bytes.getInt(at + PAYLOAD_LENGTH)];
        bytes.get(from, payload);
        return new QueuedMessage(text(topic), payload, (bytes.get(at + FLAGS) & FLAG_RETAINED) != 0,
                remaining(bytes, at, nowMillis), text(contentType), text(responseTopic), correlation,
                new Ticket(lane, generation, offset));
    }

    // A clock that went backwards (a board without a battery) must not lengthen the interval.
    private static int remaining(ByteBuffer bytes, int at, long nowMillis) {
        int seconds = bytes.getInt(at + EXPIRY);
        long waited = Math.max(0, nowMillis - bytes.getLong(at + QUEUED_AT)) / 1000;
        return seconds == 0 ? 0 : (int) Math.max(1, seconds - waited);
    }

    private static byte[] copy(ByteBuffer bytes, int from, int length) {
        if (length == ABSENT) {
            return null;
        }
        byte[] copy = new byte[length];
        bytes.get(from, copy);
        return copy;
    }

    private static int length(String value) {
        return value == null ? 0 : value.length();
    }

    private static int length(byte[] value) {
        return value == null ? 0 : value.length;
    }

    private static String text(byte[] value) {
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
}
