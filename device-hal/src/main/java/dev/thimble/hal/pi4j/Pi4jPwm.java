package dev.thimble.hal.pi4j;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.pwm.Pwm;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.PwmChannel;

/** A PWM channel over Pi4J's. Other providers than our own round to hertz and per cent. */
final class Pi4jPwm implements PwmChannel {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private final Pwm pwm;
    private final Context context;
    private boolean open = true;
    private boolean set;

    Pi4jPwm(Pwm pwm, Context context) {
        this.pwm = pwm;
        this.context = context;
    }

    @Override
    public int set(long periodNanos, long dutyNanos) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (pwm instanceof BoardPwm own) {
            return own.channel().set(periodNanos, dutyNanos);
        }
        if (periodNanos <= 0 || periodNanos > NANOS_PER_SECOND || dutyNanos < 0 || dutyNanos > periodNanos) {
            return Errno.INVALID;
        }
        try {
            pwm.setFrequency((int) Math.round((double) NANOS_PER_SECOND / periodNanos));
            pwm.setDutyCycle((int) Math.round(100.0 * dutyNanos / periodNanos));
            if (pwm.isOn()) {
                pwm.on();
            }
            set = true;
            return Errno.OK;
        } catch (Pi4JException e) {
            return Pi4jBoard.errno(e);
        }
    }

    @Override
    public int enable(boolean on) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (pwm instanceof BoardPwm own) {
            return own.channel().enable(on);
        }
        if (on && !set) {
            return Errno.INVALID;
        }
        try {
            if (on) {
                pwm.on();
            } else {
                pwm.off();
            }
            return Errno.OK;
        } catch (Pi4JException e) {
            return Pi4jBoard.errno(e);
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            context.shutdown(pwm.id());
        }
    }
}
