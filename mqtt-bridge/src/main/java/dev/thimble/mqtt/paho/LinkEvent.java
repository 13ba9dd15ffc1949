package dev.thimble.mqtt.paho;

/** What other threads tell the link's thread. An event of a connection that is no longer the present one is stale. */
sealed interface LinkEvent {

    Connection source();

    record Opened(Connection source, boolean sessionPresent, Connection.Terms terms) implements LinkEvent {
    }

    /** The connection or the attempt has failed. */
    record Closed(Connection source, String reason) implements LinkEvent {
    }

    /** A message was written (quality of service 0) or acknowledged (1). */
    record Published(Connection source, Connection.InFlight message, int reasonCode) implements LinkEvent {
    }

    record Subscribed(Connection source, Subscriptions.Filter filter, int reasonCode) implements LinkEvent {
    }

    /** Handlers are done with a message of quality of service 1. */
    record Handled(Connection source, int messageId) implements LinkEvent {
    }
}
