package dev.thimble.mqtt;

/**
 * Sends messages. Every method copies the message once into a bounded queue and returns: none waits for the network or
 * the disk, throws because the link is down, or allocates in steady state. Thread-safe.
 *
 * <p>Messages of quality of service 1 leave in the order in which they were accepted, and with a disk outbox an
 * accepted one survives the death of the process.
 */
public interface Publisher {

    /**
     * Queues one message, with the topic as UTF-8 bytes (a module's topic lies in its memory as such).
     *
     * @param qos        0 or 1
     * @param properties MQTT 5 properties; {@link PublishProperties#NONE} for none
     * @return what became of the message; bad arguments are a result too, since modules cause them
     * @throws IndexOutOfBoundsException if a range lies outside its array
     */
    PublishResult publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length,
                          int qos, boolean retained, PublishProperties properties);

    /** Queues one message, with the topic as text. */
    PublishResult publish(String topic, byte[] payload, int offset, int length, int qos, boolean retained,
                          PublishProperties properties);

    default PublishResult publish(String topic, byte[] payload, int offset, int length, int qos, boolean retained) {
        return publish(topic, payload, offset, length, qos, retained, PublishProperties.NONE);
    }

    default PublishResult publish(String topic, byte[] payload, int qos, boolean retained) {
        return publish(topic, payload, 0, payload.length, qos, retained, PublishProperties.NONE);
    }
}
