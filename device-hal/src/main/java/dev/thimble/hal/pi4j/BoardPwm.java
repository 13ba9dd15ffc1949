package dev.thimble.hal.pi4j;

import com.pi4j.context.Context;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmBase;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProvider;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.PwmChannel;

/** A board's PWM channel as Pi4J's PWM, which thinks in hertz and per cent. */
final class BoardPwm extends PwmBase {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private final PwmChannel channel;

    BoardPwm(PwmProvider provider, PwmConfig config, Board board) {
        super(provider, config);
        channel = board.openPwm(name(board, config));
    }

    private static String name(Board board, PwmConfig config) {
        String name = config.properties().get(Lines.NAME);
        if (name != null) {
            return name;
        }
        if (config.bcm() != null && board.file().pwm().containsKey("pwm" + config.bcm())) {
            return "pwm" + config.bcm();
        }
        for (BoardFile.Pwm pwm : board.file().pwm().values()) {
            if (config.channel() != null && pwm.channel() == config.channel()) {
                return pwm.name();
            }
        }
        throw new DeviceException(Errno.NO_DEVICE, board.file().name() + " has no PWM channel " + config.channel());
    }

    /** The channel itself, which thinks in nanoseconds. */
    PwmChannel channel() {
        return channel;
    }

    @Override
    public Pwm on() {
        if (frequency <= 0) {
            throw new com.pi4j.io.exception.IOException("PWM frequency must be positive, not " + frequency);
        }
        long period = NANOS_PER_SECOND / frequency;
        ErrnoException.check(channel.set(period, period * dutyCycle / 100));
        ErrnoException.check(channel.enable(true));
        onState = true;
        return this;
    }

    @Override
    public Pwm off() {
        ErrnoException.check(channel.enable(false));
        onState = false;
        return this;
    }

    void release() {
        channel.close();
    }

    @Override
    public Pwm shutdownInternal(Context context) {
        super.shutdownInternal(context);
        release();
        return this;
    }
}
