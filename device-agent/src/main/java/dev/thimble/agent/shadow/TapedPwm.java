package dev.thimble.agent.shadow;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.PwmChannel;

/** A PWM channel that is heard, or without a real one a shadow's. */
final class TapedPwm implements PwmChannel {
    private final String name;
    private final PwmChannel real;
    private final Tape tape;

    TapedPwm(String name, PwmChannel real, Tape tape) {
        this.name = name;
        this.real = real;
        this.tape = tape;
    }

    @Override
    public int set(long periodNanos, long dutyNanos) {
        int result = real != null ? real.set(periodNanos, dutyNanos)
            : periodNanos <= 0 || dutyNanos < 0 || dutyNanos > periodNanos ? Errno.INVALID : Errno.OK;
        if (result == Errno.OK) {
            tape.output(real == null, name, periodNanos);
            tape.output(real == null, name, dutyNanos);
        }
        return result;
    }

    @Override
    public int enable(boolean on) {
        int result = real != null ? real.enable(on) : Errno.OK;
        if (result == Errno.OK) {
            tape.output(real == null, name, on ? 1 : 0);
        }
        return result;
    }

    @Override
    public void close() {
        if (real != null) {
            real.close();
        }
    }
}
