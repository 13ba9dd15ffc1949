package dev.thimble.mqtt;

/**
 * A message from the broker. It and its arrays belong to the handler.
 *
 * @param topic           the topic it was published to
 * @param payload         its content, never null
 * @param qos             quality of service of this delivery, 0 or 1
 * @param retained        whether it was published as retained: the link subscribes with <em>retain as published</em>,
 *                        so a retained command is recognised also when it arrives live
 * @param expirySeconds   what is left of the message expiry interval, or −1 if the message does not expire
 * @param contentType     or null
 * @param responseTopic   where to publish an answer, or null
 * @param correlationData to be returned with the answer, or null
 */
public record ReceivedMessage(String topic, byte[] payload, int qos, boolean retained, long expirySeconds,
                              String contentType, String responseTopic, byte[] correlationData) {
}
