package dev.thimble.mqtt.paho;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waiting times between attempts: exponential with full jitter, so that devices which lost the same broker at the same
 * moment come back spread over the whole interval.
 */
final class Backoff {

    private final long firstNanos;
    private final long limitNanos;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration limit, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.limitNanos = limit.toNanos();
        this.random = random;
    }

    /** The next wait in ns: uniform between 0 and the bound, which doubles up to the limit. */
    long next() {
        long bound = bound();
        failures++;
        return random.nextLong(bound + 1);
    }

    /**
     * A connection lasted this long. Only one that outlasted the present bound starts the waits from the beginning,
     * so that a broker which accepts and drops at once, or two clients with one identifier, do not spin.
     */
    void lasted(long nanos) {
        if (nanos > bound()) {
            failures = 0;
        }
    }

    private long bound() {
        long bound = firstNanos;
        for (int i = 0; i < failures && bound < limitNanos; i++) {
            bound *= 2;
        }
        return Math.min(bound, limitNanos);
    }
}
