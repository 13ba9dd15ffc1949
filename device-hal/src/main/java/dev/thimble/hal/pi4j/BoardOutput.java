package dev.thimble.hal.pi4j;

import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputBase;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalState;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.LineRequest.Bias;
import dev.thimble.hal.board.LineRequest.Mode;

/** A board's line as Pi4J's digital output. It is requested with its initial state, so nothing glitches. */
final class BoardOutput extends DigitalOutputBase {
    private final GpioLine line;

    BoardOutput(DigitalOutputProvider provider, DigitalOutputConfig config, Board board) {
        super(provider, config);
        Mode mode = Lines.OPEN_DRAIN.equals(config.properties().get(Lines.DRIVE)) ? Mode.OPEN_DRAIN : Mode.OUTPUT;
        state = config.initialState() == DigitalState.HIGH ? DigitalState.HIGH : DigitalState.LOW;
        line = board.openLine(new LineRequest(Lines.line(board, config.properties(), config.bcm()), mode, Bias.AS_IS,
            false, state == DigitalState.HIGH));
    }

    GpioLine line() {
        return line;
    }

    @Override
    public DigitalOutput state(DigitalState wanted) {
        ErrnoException.check(line.write(wanted == DigitalState.HIGH ? 1 : 0));
        return super.state(wanted);
    }

    /** The level at the pin. */
    @Override
    public DigitalState state() {
        return ErrnoException.check(line.read()) == 1 ? DigitalState.HIGH : DigitalState.LOW;
    }

    void release() {
        line.close();
    }

    @Override
    public DigitalOutput shutdownInternal(Context context) {
        super.shutdownInternal(context);
        release();
        return this;
    }
}
