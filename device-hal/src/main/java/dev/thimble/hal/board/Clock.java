package dev.thimble.hal.board;

import java.util.concurrent.locks.LockSupport;

/** Time as boards and host imports see it. Injected everywhere, so that tests and the simulator own it. Thread-safe. */
public interface Clock {
    /** Monotonic nanoseconds from an arbitrary origin; on Linux the same clock as GPIO event timestamps. */
    long nanos();

    /** Milliseconds since 1970-01-01 UTC, as well as the device knows. */
    long epochMillis();

    /** Returns after at least this many nanoseconds of this clock; zero or less returns at once. */
    void sleep(long nanos);

    /** The machine's clock. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }

    /** {@link System#nanoTime} is CLOCK_MONOTONIC on Linux, which GPIO v2 events are stamped with. */
    enum SystemClock implements Clock {
        INSTANCE;

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long epochMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public void sleep(long nanos) {
            long end = System.nanoTime() + nanos;
            for (long left = nanos; left > 0; left = end - System.nanoTime()) {
                // A park costs about 50 µs of slack: shorter waits are spun, so that chips get the delay they ask for.
                if (left > 100_000) {
                    LockSupport.parkNanos(left - 60_000);
                } else {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
