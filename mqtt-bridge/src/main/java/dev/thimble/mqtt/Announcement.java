package dev.thimble.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A message that the link sends by itself: will, birth and farewell.
 *
 * @param payload must not be changed afterwards
 * @param qos     0 or 1
 */
public record Announcement(String topic, byte[] payload, int qos, boolean retained) {

    public Announcement {
        TopicFilter.requireTopic(topic);
        Objects.requireNonNull(payload, "payload");
        if (qos != 0 && qos != 1) {
            throw new IllegalArgumentException("quality of service " + qos + " for " + topic + "; give 0 or 1");
        }
    }

    /** A retained text with quality of service 1. */
    public static Announcement retained(String topic, String text) {
        return new Announcement(topic, text.getBytes(StandardCharsets.UTF_8), 1, true);
    }
}
