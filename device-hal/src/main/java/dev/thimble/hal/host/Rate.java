package dev.thimble.hal.host;

/** A token bucket that holds one period's worth of tokens. Used on one thread. */
final class Rate {
    private final long capacityNanos;
    private final long nanosPerToken;
    /** When the bucket will be full again; each token moves it on. */
    private long fullAt = Long.MIN_VALUE;

    private Rate(long capacityNanos, long nanosPerToken) {
        this.capacityNanos = capacityNanos;
        this.nanosPerToken = nanosPerToken;
    }

    /** @param tokens 0 for none ever */
    static Rate of(int tokens, long periodNanos) {
        return tokens == 0 ? new Rate(0, 1) : new Rate(periodNanos, periodNanos / tokens);
    }

    static Rate unlimited() {
        return new Rate(0, 0);
    }

    /** Takes a token if there is one. */
    boolean take(long now) {
        long from = Math.max(fullAt, now);
        if (from - now + nanosPerToken > capacityNanos) {
            return false;
        }
        fullAt = from + nanosPerToken;
        return true;
    }
}
