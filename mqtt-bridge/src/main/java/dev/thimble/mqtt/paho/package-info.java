/**
 * The link made with the Eclipse Paho MQTT v5 client. {@link dev.thimble.mqtt.paho.PahoLink} is what others see;
 * {@code LinkLoop} is the one thread that talks to Paho; a {@code Connection} is one attempt, with a Paho client and
 * a {@code Wire} (socket) of its own, never used twice; {@code Inbox} is the thread that calls handlers.
 *
 * <p>Paho is given only what it does well, coding packets and matching acknowledgements. Sockets, TLS, keep-alive
 * deadlines, reconnection, subscriptions, queues and topic dispatch are done here, each because Paho's own way loses
 * messages, leaks threads or blocks; docs/rationale.md lists the cases.
 */
package dev.thimble.mqtt.paho;
