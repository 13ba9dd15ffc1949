package dev.thimble.hal.grant;

import java.nio.charset.StandardCharsets;

/**
 * Topics that a module may publish to or subscribe to.
 *
 * @param filter an MQTT topic filter, with {@code +} and {@code #}
 * @param perMinute messages per minute, 0 for no limit
 */
public record TopicRule(String filter, int perMinute) {
    /** Whether every topic that {@code other} matches is matched by this filter as well. */
    public boolean covers(String other) {
        String[] mine = filter.split("/", -1);
        String[] theirs = other.split("/", -1);
        for (int i = 0; i < mine.length; i++) {
            if (mine[i].equals("#")) {
                return true;
            }
            if (i == theirs.length || theirs[i].equals("#")
                || !mine[i].equals("+") && !mine[i].equals(theirs[i])) {
                return false;
            }
        }
        return mine.length == theirs.length;
    }

    /** A form of the filter that matches topics in a buffer without allocation. */
    public byte[] bytes() {
        return filter.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * MQTT 5 §4.7 on UTF-8 bytes.
     *
     * @param filter as {@link #bytes} gives it
     */
    public static boolean matches(byte[] filter, byte[] topic, int offset, int length) {
        int f = 0;
        int t = offset;
        int end = offset + length;
        // §4.7.2: a wildcard in the first level does not match topics that begin with $.
        if (length > 0 && topic[offset] == '$' && filter.length > 0 && (filter[0] == '#' || filter[0] == '+')) {
            return false;
        }
        while (f < filter.length) {
            if (filter[f] == '#') {
                return true;
            }
            if (filter[f] == '+') {
                f++;
                while (t < end && topic[t] != '/') {
                    t++;
                }
            } else if (t < end && filter[f] == topic[t]) {
                f++;
                t++;
            } else {
                // "a/#" also matches "a" itself.
                return t == end && f + 2 == filter.length && filter[f] == '/' && filter[f + 1] == '#';
            }
        }
        return t == end;
    }
}
