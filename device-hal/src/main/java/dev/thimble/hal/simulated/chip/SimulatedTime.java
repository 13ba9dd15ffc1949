package dev.thimble.hal.simulated.chip;

import dev.thimble.hal.board.Clock;

/** A clock on which simulated hardware can also act later: a debounce period that ends, a byte that has been sent. */
public interface SimulatedTime extends Clock {
    /** Runs the action when {@link #nanos} reaches the given time, on whatever thread moves the time; at once if it has. */
    void schedule(long atNanos, Runnable action);
}
