package dev.thimble.hal.simulated;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.PwmChannel;

/** What comes out of a simulated PWM channel. Thread-safe. */
public final class SimulatedPwm {
    private long periodNanos;
    private long dutyNanos;
    private boolean enabled;

    SimulatedPwm() { }

    /** 0 until it is set. */
    public synchronized long periodNanos() {
        return periodNanos;
    }

    public synchronized long dutyNanos() {
        return dutyNanos;
    }

    public synchronized boolean enabled() {
        return enabled;
    }

    PwmChannel open(Runnable released) {
        return new PwmChannel() {
            private boolean open = true;

            @Override
            public int set(long period, long duty) {
                if (!open) {
                    return Errno.CLOSED;
                }
                if (period <= 0 || duty < 0 || duty > period) {
                    return Errno.INVALID;
                }
                synchronized (SimulatedPwm.this) {
                    periodNanos = period;
                    dutyNanos = duty;
                }
                return Errno.OK;
            }

            @Override
            public int enable(boolean on) {
                if (!open) {
                    return Errno.CLOSED;
                }
                synchronized (SimulatedPwm.this) {
                    if (on && periodNanos == 0) {
                        return Errno.INVALID;
                    }
                    enabled = on;
                }
                return Errno.OK;
            }

            @Override
            public void close() {
                if (open) {
                    enable(false);
                    open = false;
                    released.run();
                }
            }
        };
    }
}
