package dev.thimble.mqtt;

/** A standing wish to receive what matches a filter. Thread-safe. */
public interface Subscription extends AutoCloseable {

    String filter();

    /** Whether the broker has confirmed it in the present connection or session. */
    boolean confirmed();

    /** Unsubscribes; a message already on its way to the handler may still arrive. */
    @Override
    void close();
}
