package dev.thimble.hal.linux;

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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** This machine's hardware through the kernel's character devices. Thread-safe. */
public final class LinuxBoard implements Board {
    private static final Path COMPATIBLE = Path.of("/proc/device-tree/compatible");

    private final BoardFile file;
    private final Poller poller = new Poller();
    private final Map<String, LinuxI2c> buses = new HashMap<>();
    private final Map<String, AutoCloseable> held = new HashMap<>();

    public LinuxBoard(BoardFile file) {
        this.file = file;
    }

    /** The built-in board file that fits this machine's device tree; the generic one when none does. */
    public static BoardFile detect() {
        List<String> compatible = List.of();
        try {
            if (Files.isReadable(COMPATIBLE)) {
                compatible = List.of(Files.readString(COMPATIBLE, StandardCharsets.US_ASCII).split("\0"));
            }
        } catch (IOException e) {
            throw new DeviceException(Errno.IO, "cannot read " + COMPATIBLE + ": " + e.getMessage());
        }
        for (String name : BoardFile.BUILT_IN) {
            BoardFile candidate = BoardFile.builtIn(name);
            if (candidate.compatible().stream().anyMatch(compatible::contains)) {
                return candidate;
            }
        }
        return BoardFile.builtIn("generic-linux");
    }

    @Override
    public BoardFile file() {
        return file;
    }

    @Override
    public synchronized GpioLine openLine(LineRequest request) {
        BoardFile.Line line = file.line(request.line());
        return hold("line " + line.name(),
            key -> new LinuxLine(file, line.name(), GpioChips.find(line), request, poller, () -> released(key)));
    }

    @Override
    public synchronized I2cBus openI2c(String bus) {
        return buses.computeIfAbsent(file.i2cDevice(bus), LinuxI2c::new).open();
    }

    @Override
    public synchronized SpiDevice openSpi(SpiRequest request) {
        String device = file.spiDevice(request.device());
        return hold(device, key -> new LinuxSpi(device, request, () -> released(key)));
    }

    @Override
    public synchronized PwmChannel openPwm(String channel) {
        BoardFile.Pwm pwm = file.pwmChannel(channel);
        return hold("pwm " + pwm.chips() + pwm.channel(), key -> new LinuxPwm(pwm, () -> released(key)));
    }

    @Override
    public synchronized Uart openUart(UartRequest request) {
        String device = file.uartDevice(request.port());
        return hold(device, key -> new LinuxUart(device, request, poller, () -> released(key)));
    }

    @Override
    public OneWireBus openOneWire(String bus) {
        Path master = Path.of(file.oneWireDevice(bus));
        if (!Files.isDirectory(master)) {
            throw new DeviceException(Errno.NO_DEVICE, "no 1-Wire bus " + master + "; enable it (dtoverlay=w1-gpio)");
        }
        return new LinuxOneWire(master);
    }

    private <T extends AutoCloseable> T hold(String key, Function<String, T> opener) {
        if (held.containsKey(key)) {
            throw new DeviceException(Errno.BUSY, key + " is already open; close it first");
        }
        T opened = opener.apply(key);
        held.put(key, opened);
        return opened;
    }

    private synchronized void released(String key) {
        held.remove(key);
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
                throw new IllegalStateException("closing a descriptor failed", e);
            }
        }
        poller.close();
        synchronized (this) {
            buses.values().forEach(LinuxI2c::close);
            buses.clear();
        }
    }
}
