package dev.thimble.hal.pi4j;

import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputBase;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.DigitalStateChangeEvent;
import com.pi4j.io.gpio.digital.DigitalStateChangeListener;
import com.pi4j.io.gpio.digital.PullResistance;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.EdgeListener;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.LineRequest.Bias;

/** A board's line as Pi4J's digital input. Edges are asked of the board only while somebody listens. */
final class BoardInput extends DigitalInputBase implements EdgeListener {
    private final GpioLine line;
    private boolean watched;

    BoardInput(DigitalInputProvider provider, DigitalInputConfig config, Board board) {
        super(provider, config);
        Bias bias = config.pull() == PullResistance.PULL_UP ? Bias.PULL_UP
            : config.pull() == PullResistance.PULL_DOWN ? Bias.PULL_DOWN : Bias.AS_IS;
        line = board.openLine(LineRequest.input(Lines.line(board, config.properties(), config.bcm()), bias));
    }

    /** The line itself: it knows edges, debounce, timestamps and losses, which Pi4J's events do not carry. */
    GpioLine line() {
        return line;
    }

    @Override
    public DigitalState state() {
        return ErrnoException.check(line.read()) == 1 ? DigitalState.HIGH : DigitalState.LOW;
    }

    @Override
    public DigitalInput addListener(DigitalStateChangeListener... listener) {
        super.addListener(listener);
        watch();
        return this;
    }

    @Override
    public DigitalInput removeListener(DigitalStateChangeListener... listener) {
        super.removeListener(listener);
        watch();
        return this;
    }

    private synchronized void watch() {
        if (hasListenersOrBindings() != watched) {
            watched = !watched;
            long debounce = config().debounce() == null ? 0 : config().debounce();
            ErrnoException.check(watched ? line.watch(GpioLine.RISING | GpioLine.FALLING, debounce, this)
                : line.unwatch());
        }
    }

    @Override
    public void edge(int edge, long nanos) {
        dispatch(new DigitalStateChangeEvent<>(this, edge == GpioLine.RISING ? DigitalState.HIGH : DigitalState.LOW));
    }

    @Override
    public void lost(int count) {
        // Pi4J has no event for it. The next edge still carries the level after the gap.
    }

    void release() {
        line.close();
    }

    @Override
    public DigitalInput shutdownInternal(Context context) {
        super.shutdownInternal(context);
        release();
        return this;
    }
}
