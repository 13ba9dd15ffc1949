package dev.thimble.mqtt;

/**
 * A link to one MQTT 5 broker that always comes back: it connects, reconnects, subscribes again and sends what was
 * queued meanwhile, for as long as it is open. It is also the {@link Publisher} without a rate limit.
 *
 * <p>Order of use: create, {@link #subscribe}, then {@link #start}. Messages which the broker kept for this client
 * arrive at once after the connect, so a filter subscribed after {@code start} may miss some of them.
 *
 * <p>Thread-safe. Handlers and listeners run on the link's own delivery thread, one at a time.
 */
public interface MqttLink extends Publisher, AutoCloseable {

    /** Begins to connect, and returns at once. Calling it again does nothing. */
    void start();

    /**
     * Subscribes, now if connected and again whenever the broker has lost the session. Works while offline.
     *
     * @param filter  an MQTT topic filter; {@code $share/<group>/<filter>} is allowed
     * @param qos     the highest quality of service wanted, 0 or 1
     * @param handler receives every message that matches, until the subscription is closed
     * @throws IllegalArgumentException if the filter is malformed or {@code qos} is not 0 or 1
     * @throws IllegalStateException    if the link is closed
     */
    Subscription subscribe(String filter, int qos, MessageHandler handler);

    /**
     * A publisher with its own rate limit and its own counters. The same name gives the same publisher, with the limit
     * of the latest call.
     *
     * @param name who publishes, for example a module's name; it appears in {@link LinkStatistics#publishers}
     */
    Publisher publisher(String name, RateLimit limit);

    /** Adds a listener. It is told the present state first. */
    void listen(LinkListener listener);

    LinkState state();

    /** Every counter at one moment. Allocates; not for a hot path. */
    LinkStatistics statistics();

    /**
     * Publishes the will's message as a farewell, disconnects and releases every thread, socket and file, within the
     * options' close timeout. What the disk outbox holds stays there for the next start. Calling it again does nothing.
     */
    @Override
    void close();
}
