package dev.thimble.mqtt;

/**
 * Receives messages, on the link's delivery thread. It should only enqueue: while it runs, no other message is
 * delivered. A message of quality of service 1 is acknowledged to the broker after the handler has returned. An
 * exception is counted and reported to the listeners, and the link goes on.
 */
@FunctionalInterface
public interface MessageHandler {
    void onMessage(ReceivedMessage message);
}
