/**
 * One MQTT 5 link, seen from outside: what to connect to ({@link dev.thimble.mqtt.LinkOptions}), how to send
 * ({@link dev.thimble.mqtt.Publisher}), how to receive ({@link dev.thimble.mqtt.MessageHandler}), and what became of
 * it all ({@link dev.thimble.mqtt.LinkListener}, {@link dev.thimble.mqtt.LinkStatistics}). No type here names the
 * client library underneath.
 */
package dev.thimble.mqtt;
