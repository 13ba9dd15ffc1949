package dev.thimble.simulator.world;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.simulated.ChipFile;
import dev.thimble.hal.simulated.PacedClock;
import dev.thimble.hal.simulated.Pin;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.chip.Bme280;
import dev.thimble.hal.simulated.chip.Signal;
import dev.thimble.hal.toml.Toml;

/**
 * A Raspberry Pi 4 on a desk: a BME280 at address 0x76 on {@code i2c1}, an LED on GPIO 17, and a room whose air changes
 * slowly; or a board and chips of the user's own. Time runs like the wall clock, or faster.
 */
public final class SimulatedPi implements AutoCloseable {
    public static final String LED_LINE = "GPIO17";
    private static final String BUS = "i2c1";
    private static final int ADDRESS = 0x76;

    private final PacedClock clock;
    private final SimulatedBoard board;
    private final double speed;
    private final boolean desk;
    private final Signal temperature = Signal.sine(21.5, 1.5, 60).noise(0.02, 1);
    private final Signal humidity = Signal.sine(45, 5, 90).noise(0.1, 2);
    private final Signal pressure = Signal.sine(100_653, 120, 300).noise(2, 3);

    /**
     * @param world the {@code [[chip]]} tables of a board file, see {@link ChipFile}; null for the sensor on the desk
     * @param speed 1 for the wall clock's pace
     * @throws Toml.TomlException when a chip is not described correctly
     * @throws dev.thimble.hal.board.DeviceException when a chip is on a bus that the board does not have
     */
    public SimulatedPi(BoardFile file, Toml world, double speed) {
        this.speed = speed;
        desk = world == null;
        clock = new PacedClock(speed);
        board = new SimulatedBoard(file, clock);
        if (!desk) {
            try {
                ChipFile.attach(world, board, clock);
            } catch (RuntimeException e) {
                clock.close();
                throw e;
            }
            return;
        }
        Bme280 sensor = new Bme280(ADDRESS, clock);
        sensor.temperature(temperature);
        sensor.humidity(humidity);
        sensor.pressure(pressure);
        board.attach(BUS, sensor);
    }

    public SimulatedBoard board() {
        return board;
    }

    public Clock clock() {
        return clock;
    }

    /** Waits in this world's time; for the cells' thread. */
    public void park(long nanos) {
        java.util.concurrent.locks.LockSupport.parkNanos((long) Math.max(1, nanos / speed));
    }

    /** Whether this is the desk, with its sensor in the air. */
    public boolean isDesk() {
        return desk;
    }

    /** The pin of the samples' LED, or null on a board without it. */
    public Pin led() {
        return board.file().lines().containsKey(LED_LINE) ? board.pin(LED_LINE) : null;
    }

    /** The air on the desk now, in °C: what a perfect thermometer would show. */
    public double temperature() {
        return temperature.at(clock.nanos());
    }

    /** In % relative humidity. */
    public double humidity() {
        return humidity.at(clock.nanos());
    }

    /** In hPa. */
    public double pressure() {
        return pressure.at(clock.nanos()) / 100;
    }

    @Override
    public void close() {
        board.close();
        clock.close();
    }
}
