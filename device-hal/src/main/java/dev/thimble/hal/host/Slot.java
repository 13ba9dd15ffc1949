package dev.thimble.hal.host;

import dev.thimble.hal.adc.Ads1115Input;
import dev.thimble.hal.adc.Mcp3008Input;
import dev.thimble.hal.board.AdcInput;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.board.EdgeListener;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.LineRequest.Mode;
import dev.thimble.hal.board.OneWireBus;
import dev.thimble.hal.board.PwmChannel;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.board.SpiRequest;
import dev.thimble.hal.board.Uart;
import dev.thimble.hal.board.UartRequest;
import dev.thimble.hal.grant.Converter;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.hal.grant.SafeLevel;

/**
 * One granted device of a cell and what is open of it. It outlives instances: a successor that opens the same
 * alias takes over the open line or bus, with the level, and gets the same handle.
 */
final class Slot implements EdgeListener, Uart.Listener {
    /** What {@code thimble:gpio/1 watch} was asked for. */
    record Watch(int edges, long debounceMicros) { }

    /** How a device was set up, so that a failed successor can give it back as it was. */
    record Setup(Object request, int level, Watch watch, CellHost watcher) { }

    final GrantedDevice device;
    final int handle;
    /** Instances that have it open: two for a moment while one replaces the other. */
    int holders;

    GpioLine line;
    I2cBus i2c;
    SpiDevice spi;
    PwmChannel pwm;
    Uart uart;
    AdcInput adc;
    OneWireBus oneWire;
    /** The logical level that an output was set to last. */
    int level;

    private final SharedInputs shared;
    private final Inbox inbox;
    private final Clock clock;
    private Object request;
    private Watch watch;
    /** Who asked for the watch. */
    private CellHost watcher;

    Slot(GrantedDevice device, int handle, SharedInputs shared, Inbox inbox, Clock clock) {
        this.device = device;
        this.handle = handle;
        this.shared = shared;
        this.inbox = inbox;
        this.clock = clock;
    }

    /**
     * Opens it, or takes it over as it is.
     *
     * @param wanted {@link LineRequest}, {@link SpiRequest}, {@link UartRequest}, or null for the other kinds
     * @return OK or an Errno
     * @throws dev.thimble.hal.board.DeviceException when the board cannot
     */
    int open(Object wanted) {
        if (!isOpen()) {
            create(wanted);
            return Errno.OK;
        }
        if (wanted instanceof LineRequest now) {
            return adopt(now, (LineRequest) request);
        }
        if (wanted != null && !wanted.equals(request)) {
            close();
            create(wanted);
        }
        return Errno.OK;
    }

    private int adopt(LineRequest now, LineRequest before) {
        boolean same = now.mode() == before.mode() && now.bias() == before.bias()
            && now.activeLow() == before.activeLow();
        if (same && (holders > 0 || now.mode() == Mode.INPUT)) {
            return Errno.OK;
        }
        int result = line.reconfigure(now);
        if (result == Errno.OK) {
            request = now;
            level = now.initiallyActive() ? 1 : 0;
            watch = null;
        }
        return result;
    }

    private void create(Object wanted) {
        Board board = shared.board();
        String name = device.device();
        switch (device.kind()) {
            case GPIO -> {
                LineRequest now = (LineRequest) wanted;
                line = device.shared() ? shared.open(now) : board.openLine(now);
                level = now.initiallyActive() ? 1 : 0;
            }
            case I2C -> i2c = board.openI2c(name);
            case SPI -> spi = board.openSpi((SpiRequest) wanted);
            case PWM -> pwm = board.openPwm(name);
            case UART -> uart = board.openUart((UartRequest) wanted);
            case ADC -> adc = converter(board, device.converter());
            case ONEWIRE -> oneWire = board.openOneWire(name);
        }
        request = wanted;
        watch = null;
    }

    private AdcInput converter(Board board, Converter c) {
        return c.chip().equals("ads1115")
            ? new Ads1115Input(board.openI2c(device.device()), c.address(), c.channel(), c.fullScaleMicrovolts(), clock)
            : new Mcp3008Input(board.openSpi(new SpiRequest(device.device(), Mcp3008Input.HERTZ, 0)), c.channel(),
                c.fullScaleMicrovolts());
    }

    boolean isOpen() {
        return opened() != null;
    }

    Setup setup() {
        return new Setup(request, level, watch, watcher);
    }

    /** Gives the device back as a predecessor had it. */
    void restore(Setup before) {
        if (request instanceof LineRequest) {
            LineRequest was = (LineRequest) before.request;
            // The level that the predecessor left, not the one that it began with.
            line.reconfigure(new LineRequest(was.line(), was.mode(), was.bias(), was.activeLow(), before.level == 1));
            level = before.level;
        } else if (request != null && !request.equals(before.request)) {
            close();
            create(before.request);
        }
        request = before.request;
        rewatch(before.watch, before.watcher);
    }

    /** Starts, changes or, with null, ends the watch. */
    int rewatch(Watch wanted, CellHost by) {
        int result = Errno.OK;
        if (line != null) {
            result = wanted != null ? line.watch(wanted.edges, wanted.debounceMicros, this)
                : watch != null ? line.unwatch() : Errno.OK;
        } else if (uart != null) {
            result = uart.watch(wanted != null ? this : null);
        }
        if (result == Errno.OK) {
            watch = wanted;
            watcher = by;
        }
        return result;
    }

    /** Ends the watch if nobody but this one asked for it. */
    void unwatch(CellHost by) {
        if (watcher == by) {
            rewatch(null, null);
        }
    }

    /** Nobody has it open any more. An output goes to its safe level and, if so told, is held there; all else is closed. */
    void letGo(boolean park) {
        boolean output = line != null && ((LineRequest) request).mode() != Mode.INPUT;
        if (output && device.safe() != SafeLevel.KEEP) {
            level = device.safe() == SafeLevel.ACTIVE ? 1 : 0;
            line.write(level);
        }
        if (!(output && park)) {
            close();
        }
    }

    void close() {
        AutoCloseable opened = opened();
        line = null;
        i2c = null;
        spi = null;
        pwm = null;
        uart = null;
        adc = null;
        oneWire = null;
        watch = null;
        if (opened == null) {
            return;
        }
        try {
            opened.close();
        } catch (Exception e) {
            throw new IllegalStateException(device.alias() + " cannot be closed", e);
        }
    }

    private AutoCloseable opened() {
        return switch (device.kind()) {
            case GPIO -> line;
            case I2C -> i2c;
            case SPI -> spi;
            case PWM -> pwm;
            case UART -> uart;
            case ADC -> adc;
            case ONEWIRE -> oneWire;
        };
    }

    @Override
    public void edge(int edge, long nanos) {
        inbox.event(EventKind.GPIO_EDGE, handle, edge, nanos);
    }

    @Override
    public void lost(int count) {
        inbox.event(EventKind.EVENTS_LOST, handle, count, clock.nanos());
    }

    @Override
    public void received(int available, long nanos) {
        inbox.event(EventKind.UART, handle, available, nanos);
    }
}
