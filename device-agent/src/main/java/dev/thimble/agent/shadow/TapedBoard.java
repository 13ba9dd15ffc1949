package dev.thimble.agent.shadow;

import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.OneWireBus;
import dev.thimble.hal.board.PwmChannel;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.board.SpiRequest;
import dev.thimble.hal.board.Uart;
import dev.thimble.hal.board.UartRequest;

/**
 * A board whose devices are heard by a {@link Tape}: either the real one, whose answers it keeps, or a shadow's, which is
 * answered from the tape and reaches no hardware. Used on the cells' thread.
 */
public final class TapedBoard implements Board {
    private final BoardFile file;
    private final Board real;
    private final Tape tape;

    private TapedBoard(BoardFile file, Board real, Tape tape) {
        this.file = file;
        this.real = real;
        this.tape = tape;
    }

    /** The board itself, with an ear on it. */
    public static TapedBoard over(Board real, Tape tape) {
        return new TapedBoard(real.file(), real, tape);
    }

    /** What a shadow sees of this board. */
    public TapedBoard mirror() {
        return new TapedBoard(file, null, tape);
    }

    public Tape tape() {
        return tape;
    }

    @Override
    public BoardFile file() {
        return file;
    }

    @Override
    public GpioLine openLine(LineRequest request) {
        return new TapedLine(file.line(request.line()).name(), real == null ? null : real.openLine(request), request, tape);
    }

    @Override
    public I2cBus openI2c(String bus) {
        return new TapedI2c(file.resolve(bus), real == null ? null : real.openI2c(bus), tape);
    }

    @Override
    public SpiDevice openSpi(SpiRequest request) {
        return new TapedSpi(file.resolve(request.device()), real == null ? null : real.openSpi(request), tape);
    }

    @Override
    public PwmChannel openPwm(String channel) {
        return new TapedPwm(file.resolve(channel), real == null ? null : real.openPwm(channel), tape);
    }

    @Override
    public Uart openUart(UartRequest request) {
        return new TapedUart(file.resolve(request.port()), real == null ? null : real.openUart(request), tape);
    }

    @Override
    public OneWireBus openOneWire(String bus) {
        return new TapedOneWire(file.resolve(bus), real == null ? null : real.openOneWire(bus), tape);
    }

    @Override
    public void close() {
        if (real != null) {
            real.close();
        }
    }
}
