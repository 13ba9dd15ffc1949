package dev.thimble.mqtt;

import java.nio.charset.StandardCharsets;

/**
 * An MQTT topic filter (MQTT 5.0, section 4.7): {@code +} stands for one level, {@code #} at the end for all further
 * levels and the parent itself; neither at the start matches a topic that begins with {@code $}. Immutable. Matching
 * allocates nothing.
 */
public final class TopicFilter {

    /** Longest topic that the link handles, in bytes of UTF-8. MQTT would allow 65535. */
    public static final int MAX_TOPIC_BYTES = 1024;

    private final String text;
    private final byte[] pattern;

    private TopicFilter(String text, byte[] pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /**
     * Parses a filter.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static TopicFilter parse(String text) {
        String pattern = text;
        if (text.startsWith("$share/")) {
            int groupEnd = text.indexOf('/', 7);
            String group = groupEnd < 0 ? "" : text.substring(7, groupEnd);
            if (group.isEmpty() || group.contains("+") || group.contains("#")) {
                throw invalid(text, "a shared subscription is $share/<group>/<filter>");
            }
            pattern = text.substring(groupEnd + 1);
        }
        if (pattern.isEmpty()) {
            throw invalid(text, "it is empty");
        }
        byte[] bytes = pattern.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TOPIC_BYTES) {
            throw invalid(text, "it is longer than " + MAX_TOPIC_BYTES + " bytes");
        }
        if (!Utf8.wellFormed(bytes, 0, bytes.length) || Utf8.length(pattern) != bytes.length) {
            throw invalid(text, "it holds a NUL or an unpaired surrogate");
        }
        for (int i = 0; i < bytes.length; i++) {
            boolean starts = i == 0 || bytes[i - 1] == '/';
            boolean ends = i + 1 == bytes.length || bytes[i + 1] == '/';
            if (bytes[i] == '+' && !(starts && ends)) {
                throw invalid(text, "'+' must be a whole level");
            }
            if (bytes[i] == '#' && !(starts && i + 1 == bytes.length)) {
                throw invalid(text, "'#' must be the whole last level");
            }
        }
        return new TopicFilter(text, bytes);
    }

    /** Whether a topic, given as UTF-8 bytes, matches. */
    public boolean matches(byte[] topic, int offset, int length) {
        int end = offset + length;
        int at = offset;
        int p = 0;
        if (length > 0 && topic[offset] == '$' && (pattern[0] == '+' || pattern[0] == '#')) {
            return false;
        }
        while (p < pattern.length) {
            byte c = pattern[p];
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                while (at < end && topic[at] != '/') {
                    at++;
                }
                p++;
            } else if (at < end && topic[at] == c) {
                at++;
                p++;
            } else {
                // "a/#" matches "a" also: the pattern has exactly "/#" left where the topic ends.
                return at == end && p + 2 == pattern.length && c == '/' && pattern[p + 1] == '#';
            }
        }
        return at == end;
    }

    /** Whether a topic matches. Allocates the topic's bytes. */
    public boolean matches(String topic) {
        byte[] bytes = topic.getBytes(StandardCharsets.UTF_8);
        return matches(bytes, 0, bytes.length);
    }

    /** Whether these bytes are a topic that one may publish to. */
    public static boolean isTopic(byte[] topic, int offset, int length) {
        if (length < 1 || length > MAX_TOPIC_BYTES) {
            return false;
        }
        for (int i = offset; i < offset + length; i++) {
            if (topic[i] == '+' || topic[i] == '#') {
                return false;
            }
        }
        return Utf8.wellFormed(topic, offset, length);
    }

    /** @throws IllegalArgumentException if one may not publish to this topic */
    public static void requireTopic(String topic) {
        byte[] bytes = topic.getBytes(StandardCharsets.UTF_8);
        if (!isTopic(bytes, 0, bytes.length)) {
            throw new IllegalArgumentException("topic '" + topic + "'; give 1 to " + MAX_TOPIC_BYTES
                    + " bytes of UTF-8 without '+', '#' and NUL");
        }
    }

    private static IllegalArgumentException invalid(String text, String why) {
        return new IllegalArgumentException("topic filter '" + text + "': " + why);
    }

    @Override
    public String toString() {
        return text;
    }
}
