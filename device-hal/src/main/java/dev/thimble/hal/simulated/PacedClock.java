package dev.thimble.hal.simulated;

import dev.thimble.hal.board.Clock;
import dev.thimble.hal.simulated.chip.SimulatedTime;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Time that runs by itself, as fast as the wall clock or a multiple of it. Thread-safe. */
public final class PacedClock implements SimulatedTime, AutoCloseable {
    private final double speed;
    private final long originNanos = System.nanoTime();
    private final long originMillis = System.currentTimeMillis();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name("simulated-time").factory());

    /** @param speed 1 for real time, 10 for ten times as fast */
    public PacedClock(double speed) {
        if (!(speed > 0)) {
            throw new IllegalArgumentException("speed must be positive, not " + speed);
        }
        this.speed = speed;
    }

    @Override
    public long nanos() {
        return (long) ((System.nanoTime() - originNanos) * speed);
    }

    @Override
    public long epochMillis() {
        return originMillis + nanos() / 1_000_000;
    }

    @Override
    public void sleep(long nanos) {
        Clock.system().sleep((long) (nanos / speed));
    }

    @Override
    public void schedule(long atNanos, Runnable action) {
        timer.schedule(action, (long) ((atNanos - nanos()) / speed), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
