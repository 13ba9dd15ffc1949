package dev.thimble.mqtt;

import java.util.Objects;

/**
 * MQTT 5 properties of a message to publish (MQTT 5.0, section 3.3.2.3). Make one and use it many times.
 *
 * @param expirySeconds   message expiry interval, counted from the moment of publishing, time in the outbox included;
 *                        0 for a message that does not expire
 * @param contentType     for example {@code application/json}, or null
 * @param responseTopic   where an answer is wanted, or null
 * @param correlationData returned with the answer, or null; must not be changed afterwards
 */
public record PublishProperties(int expirySeconds, String contentType, String responseTopic, byte[] correlationData) {

    public static final PublishProperties NONE = new PublishProperties(0, null, null, null);

    /** Longest content type and response topic, in UTF-8 bytes, and longest correlation data. */
    public static final int MAX_PROPERTY_BYTES = 1024;

    public PublishProperties {
        if (expirySeconds < 0) {
            throw new IllegalArgumentException("message expiry of " + expirySeconds + " s; give 0 for none");
        }
        checkLength("content type", contentType);
        checkLength("response topic", responseTopic);
        if (responseTopic != null) {
            TopicFilter.requireTopic(responseTopic);
        }
        if (correlationData != null && correlationData.length > MAX_PROPERTY_BYTES) {
            throw new IllegalArgumentException("correlation data of " + correlationData.length
                    + " bytes; the limit is " + MAX_PROPERTY_BYTES);
        }
    }

    public static PublishProperties expiring(int seconds) {
        return new PublishProperties(seconds, null, null, null);
    }

    /** The properties of an answer to a request. */
    public static PublishProperties answering(ReceivedMessage request) {
        return new PublishProperties(0, null, null, Objects.requireNonNull(request).correlationData());
    }

    private static void checkLength(String what, String value) {
        if (value != null && Utf8.length(value) > MAX_PROPERTY_BYTES) {
            throw new IllegalArgumentException(what + " longer than " + MAX_PROPERTY_BYTES + " bytes of UTF-8");
        }
    }
}
