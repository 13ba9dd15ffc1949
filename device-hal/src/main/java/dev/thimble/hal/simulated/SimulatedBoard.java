package dev.thimble.hal.simulated;

import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.OneWireBus;
import dev.thimble.hal.board.PwmChannel;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.board.SpiRequest;
import dev.thimble.hal.board.Uart;
import dev.thimble.hal.board.UartRequest;
import dev.thimble.hal.simulated.chip.I2cChip;
import dev.thimble.hal.simulated.chip.OneWireChip;
import dev.thimble.hal.simulated.chip.SimulatedTime;
import dev.thimble.hal.simulated.chip.SpiChip;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A board that exists only here. One side is the {@link Board} that modules reach; the other is the world: pins
 * to push and watch, chips to attach, wires to talk on, and refusals and faults to inject. Thread-safe.
 */
public final class SimulatedBoard implements Board {
    private final BoardFile file;
    private final SimulatedTime time;
    private final Map<String, Pin> pins = new HashMap<>();
    private final Map<String, SimulatedI2c> i2c = new HashMap<>();
    private final Map<String, SpiChip> spi = new HashMap<>();
    private final Map<String, SimulatedPwm> pwm = new HashMap<>();
    private final Map<String, SerialWire> serial = new HashMap<>();
    private final Map<String, SimulatedOneWire> oneWire = new HashMap<>();
    private final Map<String, Integer> refusals = new HashMap<>();
    /** What is open, by name: lines, SPI devices, PWM channels, UARTs. */
    private final Map<String, AutoCloseable> held = new HashMap<>();

    public SimulatedBoard(BoardFile file, SimulatedTime time) {
        this.file = file;
        this.time = time;
    }

    @Override
    public BoardFile file() {
        return file;
    }

    // The world's side.

    /** The pin behind a line. @throws DeviceException NO_DEVICE */
    public synchronized Pin pin(String line) {
        return pins.computeIfAbsent(file.line(line).name(), name -> new Pin(name, time));
    }

    /** Puts a chip on an I2C bus, powered on now. */
    public void attach(String bus, I2cChip chip) {
        i2c(bus).attach(chip);
    }

    /** Pulls a chip off an I2C bus. */
    public void detach(String bus, I2cChip chip) {
        i2c(bus).detach(chip);
    }

    /** Puts a chip at a chip select, for example {@code spi0.0}. */
    public synchronized void attach(String device, SpiChip chip) {
        file.spiDevice(device);
        spi.put(file.resolve(device), chip);
    }

    /** Puts a chip on a 1-Wire bus. */
    public void attach(String bus, OneWireChip chip) {
        oneWire(bus).attach(chip);
    }

    /** Pulls a chip off a 1-Wire bus. */
    public void detach(String bus, OneWireChip chip) {
        oneWire(bus).detach(chip);
    }

    /** What comes out of a PWM channel. */
    public synchronized SimulatedPwm pwm(String channel) {
        return pwm.computeIfAbsent(file.pwmChannel(channel).name(), name -> new SimulatedPwm());
    }

    /** The far end of a UART. */
    public synchronized SerialWire serial(String port) {
        file.uartDevice(port);
        return serial.computeIfAbsent(file.resolve(port), name -> new SerialWire(time));
    }

    /** Opening this name fails with an errno, as when a kernel driver or permissions are in the way; OK ends it. */
    public synchronized void refuse(String name, int errno) {
        refusals.put(file.resolve(name), errno);
    }

    /** The next transactions on an I2C bus end with this error. */
    public void failI2c(String bus, int errno, int times) {
        i2c(bus).fail(errno, times);
    }

    /** The next edges of a watched line vanish, and then the loss is reported. */
    public synchronized void loseEdges(String line, int count) {
        if (held.get(file.resolve(line)) instanceof SimulatedLine requested) {
            requested.lose(count);
        }
    }

    // The modules' side.

    @Override
    public synchronized GpioLine openLine(LineRequest request) {
        Pin pin = pin(request.line());
        return hold(pin.name(), name -> new SimulatedLine(this, pin, time, request));
    }

    @Override
    public I2cBus openI2c(String bus) {
        checkRefused(file.resolve(bus));
        return i2c(bus).open();
    }

    @Override
    public synchronized SpiDevice openSpi(SpiRequest request) {
        file.spiDevice(request.device());
        return hold(file.resolve(request.device()), name -> new SimulatedSpi(() -> spi.get(name), time,
            () -> released(name)));
    }

    @Override
    public synchronized PwmChannel openPwm(String channel) {
        SimulatedPwm output = pwm(channel);
        return hold(file.resolve(channel), name -> output.open(() -> released(name)));
    }

    @Override
    public synchronized Uart openUart(UartRequest request) {
        SerialWire wire = serial(request.port());
        return hold(file.resolve(request.port()), name -> wire.open(() -> released(name)));
    }

    @Override
    public OneWireBus openOneWire(String bus) {
        checkRefused(file.resolve(bus));
        return oneWire(bus);
    }

    @Override
    public void close() {
        AutoCloseable[] open;
        synchronized (this) {
            open = held.values().toArray(AutoCloseable[]::new);
        }
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("simulated hardware cannot fail to close", e);
            }
        }
    }

    synchronized void released(String name) {
        held.remove(name);
    }

    private synchronized SimulatedI2c i2c(String bus) {
        file.i2cDevice(bus);
        return i2c.computeIfAbsent(file.resolve(bus), name -> new SimulatedI2c(time));
    }

    private synchronized SimulatedOneWire oneWire(String bus) {
        file.oneWireDevice(bus);
        return oneWire.computeIfAbsent(file.resolve(bus), name -> new SimulatedOneWire(time));
    }

    private synchronized void checkRefused(String name) {
        int errno = refusals.getOrDefault(name, Errno.OK);
        if (errno != Errno.OK) {
            throw new DeviceException(errno, name + " of the simulated board is set to refuse");
        }
    }

    private <T extends AutoCloseable> T hold(String name, Function<String, T> opener) {
        checkRefused(name);
        if (held.containsKey(name)) {
            throw new DeviceException(Errno.BUSY, name + " is already open; close it first");
        }
        T opened = opener.apply(name);
        held.put(name, opened);
        return opened;
    }
}
