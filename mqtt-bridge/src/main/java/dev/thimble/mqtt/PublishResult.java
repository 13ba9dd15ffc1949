package dev.thimble.mqtt;

/** What became of a message at the moment of publishing. */
public enum PublishResult {
    /** Accepted: it will be sent, now or after the link is back. */
    QUEUED,
    /** The queue for this topic is full, and its policy is to refuse the newest. */
    FULL,
    /** The publisher has used up its rate. */
    RATE_LIMITED,
    /** Longer than a segment of the queue holds. */
    TOO_LARGE,
    /** Empty, not UTF-8, too long, or with a wildcard or a NUL in it. */
    INVALID_TOPIC,
    /** Neither 0 nor 1. */
    INVALID_QOS,
    /** The outbox file failed (its disk returned an error). */
    STORAGE_FAILED,
    /** The link is closed. */
    CLOSED;

    /** Whether the message was accepted. */
    public boolean queued() {
        return this == QUEUED;
    }
}
