package dev.thimble.hal.simulated;

import dev.thimble.hal.simulated.chip.SimulatedTime;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Time that stands still until it is moved by hand; {@link #sleep} moves it. What was scheduled runs on the thread
 * that moves the time, in order. Thread-safe, but meant for one thread.
 */
public final class SimulatedClock implements SimulatedTime {
    private final long epochMillis;
    private final PriorityQueue<Entry> scheduled =
        new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
    private long nanos;
    private long order;

    private record Entry(long at, long order, Runnable action) { }

    /** Begins at 0 ns and 2026-01-01T00:00:00Z. */
    public SimulatedClock() {
        this(1_767_225_600_000L);
    }

    public SimulatedClock(long epochMillis) {
        this.epochMillis = epochMillis;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized long epochMillis() {
        return epochMillis + nanos / 1_000_000;
    }

    @Override
    public void sleep(long duration) {
        advance(Math.max(0, duration));
    }

    /** Moves on by so many nanoseconds, running what is due on the way at its own time. */
    public void advance(long duration) {
        long end = nanos() + duration;
        for (Runnable action = due(end); action != null; action = due(end)) {
            action.run();
        }
    }

    private synchronized Runnable due(long end) {
        Entry next = scheduled.peek();
        if (next != null && next.at <= end) {
            nanos = Math.max(nanos, next.at);
            return scheduled.poll().action;
        }
        nanos = Math.max(nanos, end);
        return null;
    }

    @Override
    public void schedule(long atNanos, Runnable action) {
        synchronized (this) {
            if (atNanos > nanos) {
                scheduled.add(new Entry(atNanos, order++, action));
                return;
            }
        }
        action.run();
    }
}
