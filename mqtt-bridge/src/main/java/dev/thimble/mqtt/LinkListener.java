package dev.thimble.mqtt;

/** Told what happens to a link, on its delivery thread. An exception thrown here is counted and otherwise ignored. */
public interface LinkListener {

    /**
     * The state changed.
     *
     * @param reason why, for people: the broker's or the network's words when an attempt failed
     */
    default void onState(LinkState state, String reason) {
    }

    /**
     * Accepted messages were given up.
     *
     * @param lane   the outbox lane they were in
     * @param reason why
     * @param count  how many since the last call with this lane and reason
     */
    default void onLost(String lane, LossReason reason, long count) {
    }

    /** The broker refused a subscription; the link asks again after the next connect. */
    default void onSubscriptionRefused(String filter, String reason) {
    }

    /** A handler threw. */
    default void onHandlerFailed(String topic, RuntimeException failure) {
    }

    /** Why an accepted message was given up. */
    enum LossReason {
        /** The lane was full and its policy drops the oldest. */
        OVERFLOW,
        /** Its message expiry interval ended in the outbox. */
        EXPIRED,
        /** The broker answered with an error, for example not authorised. */
        REJECTED,
        /** The outbox file was damaged at this place. */
        DAMAGED
    }
}
