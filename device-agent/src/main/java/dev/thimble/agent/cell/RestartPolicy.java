package dev.thimble.agent.cell;

import java.time.Duration;

/**
 * How long a failed module waits before it is started again: doubling from the first to the limit, and from the first
 * again once it has been healthy for long enough.
 */
public record RestartPolicy(Duration first, Duration limit, Duration healthyAfter) {
    public static final RestartPolicy DEFAULT =
        new RestartPolicy(Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofSeconds(60));

    /** @param failures failures in a row, at least 1 */
    public long backoffNanos(int failures) {
        int doublings = Math.min(failures - 1, 30);
        return Math.min(first.toNanos() << doublings, limit.toNanos());
    }
}
