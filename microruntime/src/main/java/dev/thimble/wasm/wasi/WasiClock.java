package dev.thimble.wasm.wasi;

import java.util.concurrent.TimeUnit;

/** Time as a guest sees it, in nanoseconds. */
public interface WasiClock {
    /** Since 1970-01-01T00:00:00Z. */
    long realtime();

    /** Since any fixed moment; never goes back. */
    long monotonic();

    /** What one step of these clocks is, more than 0. */
    long resolution();

    /**
     * Lets time pass.
     *
     * @param nanos 0 or more
     * @throws InterruptedException when the embedder ends the wait by interrupting the thread; the guest sees {@code intr}
     */
    void sleep(long nanos) throws InterruptedException;

    /**
     * Asked instead of {@link #sleep} where the run may be suspended: whether its embedder resumes it when so much time has
     * passed, and not earlier by much; the guest waits on when it is resumed too early.
     *
     * @param nanos more than 0
     * @return false to sleep after all
     */
    default boolean park(long nanos) {
        return false;
    }

    /**
     * A clock that knows nothing of the host: it starts at 2000-01-01T00:00:00Z, goes on by a microsecond at each reading, and
     * a sleep only moves it. Equal runs see equal times. Not thread-safe.
     */
    static WasiClock virtual() {
        return new WasiClock() {
            private static final long START = TimeUnit.SECONDS.toNanos(946_684_800);
            private long elapsed;

            @Override
            public long realtime() {
                return START + monotonic();
            }

            @Override
            public long monotonic() {
                elapsed += 1_000;
                return elapsed;
            }

            @Override
            public long resolution() {
                return 1_000;
            }

            @Override
            public void sleep(long nanos) {
                elapsed = Math.min(elapsed, Long.MAX_VALUE - START - nanos - (1L << 40)) + nanos;
            }
        };
    }

    /** The host's clock; a sleep blocks the thread. Thread-safe. */
    static WasiClock system() {
        return new WasiClock() {
            @Override
            public long realtime() {
                var now = java.time.Instant.now();
                return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
            }

            @Override
            public long monotonic() {
                return System.nanoTime();
            }

            @Override
            public long resolution() {
                return 1_000;
            }

            @Override
            public void sleep(long nanos) throws InterruptedException {
                TimeUnit.NANOSECONDS.sleep(nanos);
            }
        };
    }
}
