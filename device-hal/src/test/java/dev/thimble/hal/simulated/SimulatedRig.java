package dev.thimble.hal.simulated;

import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardContract;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.simulated.chip.RegisterFile;
import dev.thimble.hal.simulated.chip.SpiChip;
import java.util.function.Function;

/** A simulated board, seen through whatever stands in between. */
public final class SimulatedRig implements BoardContract.Rig {
    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedBoard simulated = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
    private final RegisterFile chip = new RegisterFile(0x50);
    private final Board board;

    public SimulatedRig(Function<SimulatedBoard, Board> through) {
        board = through.apply(simulated);
        simulated.attach("i2c1", chip);
        simulated.attach("spi0.0", new SpiChip() {
            @Override
            public void select() { }

            @Override
            public int exchange(int mosi) {
                return mosi;
            }
        });
        simulated.refuse("GPIO4", Errno.BUSY);
    }

    @Override
    public Board board() {
        return board;
    }

    @Override
    public String line(int number) {
        return "GPIO" + (17 + number);
    }

    @Override
    public String busyLine() {
        return "GPIO4";
    }

    @Override
    public void drive(String line, int level) {
        clock.advance(1000);
        simulated.pin(line).drive(level);
    }

    @Override
    public int level(String line) {
        return simulated.pin(line).level();
    }

    @Override
    public void loseEdges(String line) {
        simulated.loseEdges(line, 3);
        for (int i = 0; i < 4; i++) {
            drive(line, 1 - level(line));
        }
    }

    @Override
    public void settle() {
        clock.advance(100_000_000);
    }

    @Override
    public String i2cBus() {
        return "i2c1";
    }

    @Override
    public int chip() {
        return 0x50;
    }

    @Override
    public void unplugChip() {
        simulated.detach("i2c1", chip);
    }

    @Override
    public String spiLoop() {
        return "spi0.0";
    }

    @Override
    public String pwm() {
        return "pwm18";
    }

    @Override
    public boolean pwmIs(long periodNanos, long dutyNanos, boolean enabled) {
        SimulatedPwm pwm = simulated.pwm("pwm18");
        return pwm.periodNanos() == periodNanos && pwm.dutyNanos() == dutyNanos && pwm.enabled() == enabled;
    }

    @Override
    public String forbiddenLine() {
        simulated.refuse("GPIO5", Errno.DENIED);
        return "GPIO5";
    }

    @Override
    public void close() {
        board.close();
    }
}
