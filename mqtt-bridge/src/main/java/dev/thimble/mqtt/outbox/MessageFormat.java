package dev.thimble.mqtt.outbox;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The bytes of a segment, little more than offsets. All numbers are big-endian.
 *
 * <p>A segment begins with a magic number, its generation and a checksum of both. The generation grows by one with
 * every segment begun, and its remainder by the number of segments is the segment's index.
 *
 * <p>A record's checksum covers the generation of its segment and everything behind the state byte, so a record left
 * over from an earlier lap of the ring never passes for a present one. The state byte is outside: it changes from
 * {@link #PENDING} to {@link #DONE} in place, and a single byte cannot be torn.
 */
final class MessageFormat {

    static final int MAGIC = 0x54_4F_42_31; // "TOB1"

    static final int SEGMENT_GENERATION = 4;
    static final int SEGMENT_CHECKSUM = 12;
    static final int SEGMENT_HEADER = 16;

    static final int SIZE = 0;
    static final int CHECKSUM = 4;
    static final int STATE = 8;
    static final int FLAGS = 9;
    static final int TOPIC_LENGTH = 10;
    static final int PAYLOAD_LENGTH = 12;
    static final int SEQUENCE = 16;
    static final int QUEUED_AT = 24;
    static final int EXPIRY = 32;
    static final int CONTENT_TYPE_LENGTH = 36;
    static final int RESPONSE_TOPIC_LENGTH = 38;
    static final int CORRELATION_LENGTH = 40;
    static final int HEADER = 44;

    static final byte PENDING = 0;
    static final byte DONE = 1;

    static final int FLAG_RETAINED = 1;

    /** Records begin at multiples of this, so that a reader can look for the next one behind a damaged one. */
    static final int ALIGNMENT = 8;

    /** A length field with this value stands for an absent property. */
    static final int ABSENT = 0xFFFF;

    private MessageFormat() {
    }

    static int aligned(int size) {
        return size + ALIGNMENT - 1 & -ALIGNMENT;
    }

    static int segmentChecksum(CRC32C crc, ByteBuffer buffer, int segment) {
        crc.reset();
        update(crc, buffer, segment, SEGMENT_CHECKSUM);
        return (int) crc.getValue();
    }

    static int recordChecksum(CRC32C crc, ByteBuffer buffer, int record, int size, long generation) {
        crc.reset();
        for (int shift = 0; shift < 64; shift += 8) {
            crc.update((int) (generation >>> shift) & 0xFF);
        }
        update(crc, buffer, record + FLAGS, size - FLAGS);
        return (int) crc.getValue();
    }

    private static void update(CRC32C crc, ByteBuffer buffer, int offset, int length) {
        buffer.limit(offset + length).position(offset);
        crc.update(buffer);
        buffer.clear();
    }
}
