package dev.thimble.agent.shadow;

import dev.thimble.hal.board.Clock;

/** A shadow's time: that of the event which it follows. To wait costs nothing and moves only this clock. */
public final class HeldClock implements Clock {
    private final Clock real;
    private long nanos;
    private long millis;

    public HeldClock(Clock real) {
        this.real = real;
        set();
    }

    /** Takes the time of now. */
    public void set() {
        nanos = real.nanos();
        millis = real.epochMillis();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return millis;
    }

    @Override
    public void sleep(long time) {
        nanos += Math.max(0, time);
        millis += Math.max(0, time) / 1_000_000;
    }
}
