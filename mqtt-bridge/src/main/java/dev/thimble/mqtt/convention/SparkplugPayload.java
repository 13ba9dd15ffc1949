package dev.thimble.mqtt.convention;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A Sparkplug B payload (sparkplug_b.proto: messages Payload, Metric and PropertySet) in protocol buffers' wire format.
 * Field numbers and data types are those of the Sparkplug 3.0 specification, section 6.4.
 */
final class SparkplugPayload {

    static final int INT64 = 4;
    static final int DOUBLE = 10;
    static final int BOOLEAN = 11;
    static final int STRING = 12;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final long timestamp;

    /** @param timestamp in ms since 1970 */
    SparkplugPayload(long timestamp) {
        this.timestamp = timestamp;
        number(out, 1, timestamp);
    }

    SparkplugPayload sequence(int sequence) {
        number(out, 3, sequence);
        return this;
    }

    SparkplugPayload metric(String name, long value, int dataType) {
        ByteArrayOutputStream metric = begin(name, dataType);
        number(metric, 11, value);
        return end(metric);
    }

    SparkplugPayload metric(String name, double value, String unit) {
        ByteArrayOutputStream metric = begin(name, DOUBLE);
        unit(metric, unit);
        varint(metric, 13 << 3 | FIXED64);
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 0; shift < 64; shift += 8) {
            metric.write((int) (bits >>> shift));
        }
        return end(metric);
    }

    SparkplugPayload metric(String name, boolean value) {
        ByteArrayOutputStream metric = begin(name, BOOLEAN);
        number(metric, 14, value ? 1 : 0);
        return end(metric);
    }

    SparkplugPayload metric(String name, String value) {
        ByteArrayOutputStream metric = begin(name, STRING);
        text(metric, 15, value);
        return end(metric);
    }

    /** A metric that has no value yet. */
    SparkplugPayload nullMetric(String name, int dataType, String unit) {
        ByteArrayOutputStream metric = begin(name, dataType);
        number(metric, 7, 1);
        unit(metric, unit);
        return end(metric);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private ByteArrayOutputStream begin(String name, int dataType) {
        ByteArrayOutputStream metric = new ByteArrayOutputStream();
        text(metric, 1, name);
        number(metric, 3, timestamp);
        number(metric, 4, dataType);
        return metric;
    }

    private SparkplugPayload end(ByteArrayOutputStream metric) {
        nested(out, 2, metric.toByteArray());
        return this;
    }

    private static void unit(ByteArrayOutputStream metric, String unit) {
        if (unit != null) {
            ByteArrayOutputStream value = new ByteArrayOutputStream();
            number(value, 1, STRING);
            text(value, 8, unit);
            ByteArrayOutputStream set = new ByteArrayOutputStream();
            text(set, 1, "engUnit");
            nested(set, 2, value.toByteArray());
            nested(metric, 9, set.toByteArray());
        }
    }

    private static void number(ByteArrayOutputStream to, int field, long value) {
        varint(to, (long) field << 3 | VARINT);
        varint(to, value);
    }

    private static void text(ByteArrayOutputStream to, int field, String value) {
        nested(to, field, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void nested(ByteArrayOutputStream to, int field, byte[] bytes) {
        varint(to, (long) field << 3 | BYTES);
        varint(to, bytes.length);
        to.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream to, long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            to.write((int) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        to.write((int) left);
    }

    /** Whether a payload holds a Boolean metric of this name that is true; false for anything malformed. */
    static boolean isTrue(byte[] payload, String name) {
        Reader fields = new Reader(payload, 0, payload.length);
        while (fields.next()) {
            if (fields.field == 2 && fields.type == BYTES) {
                Reader metric = new Reader(payload, fields.start, fields.end);
                boolean named = false;
                boolean set = false;
                while (metric.next()) {
                    named |= metric.field == 1 && name.equals(metric.text());
                    set |= metric.field == 14 && metric.value == 1;
                }
                if (named && set) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Walks the fields of a message; stops at anything malformed. */
    private static final class Reader {
        private final byte[] bytes;
        private final int limit;
        private int at;
        private int field;
        private int type;
        private long value;
        private int start;
        private int end;

        private Reader(byte[] bytes, int from, int limit) {
            this.bytes = bytes;
            this.at = from;
            this.limit = limit;
        }

        private boolean next() {
            long key = varint();
            if (key <= 0) {
                return false;
            }
            field = (int) (key >>> 3);
            type = (int) key & 7;
            value = type == VARINT || type == BYTES ? varint() : 0;
            int length = switch (type) {
                case VARINT -> 0;
                case FIXED64 -> 8;
                case FIXED32 -> 4;
                case BYTES -> value >= 0 && value <= limit - at ? (int) value : -1;
                default -> -1;
            };
            if (length < 0 || value < 0 || at + length > limit) {
                return false;
            }
            start = at;
            at += length;
            end = at;
            return true;
        }

        /** −1 at the end or if malformed. */
        private long varint() {
            long result = 0;
            for (int shift = 0; shift < 64 && at < limit; shift += 7) {
                byte b = bytes[at++];
                result |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return result;
                }
            }
            return -1;
        }

        private String text() {
            return new String(bytes, start, end - start, StandardCharsets.UTF_8);
        }
    }
}
