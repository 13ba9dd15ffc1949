package dev.thimble.hal.pi4j;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.exception.IOAlreadyExistsException;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmType;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiBus;
import com.pi4j.io.spi.SpiMode;
import com.pi4j.provider.exception.ProviderException;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Clock;
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
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A board over a Pi4J context, so that host imports work with any Pi4J provider that a user chooses. With
 * {@link BoardPlugin}'s providers nothing is lost on the way; others cannot do open drain, event timestamps, changes
 * without releasing a line, or transactions of more than a write and a read, and say UNSUPPORTED where it matters. Pi4J 4
 * has no serial ports and no 1-Wire: these come from the board behind.
 */
public final class Pi4jBoard implements Board {
    private final Context context;
    private final Board behind;
    private final Clock clock;
    private final Map<String, I2C[]> i2c = new HashMap<>();
    private int counter;

    /**
     * @param context whose providers are used; closed with this board
     * @param behind gives the board file, serial ports and 1-Wire; closed with this board
     * @param clock stamps edges of providers that do not
     */
    public Pi4jBoard(Context context, Board behind, Clock clock) {
        this.context = context;
        this.behind = behind;
        this.clock = clock;
    }

    /** The usual arrangement: a board's own providers in a Pi4J context, and the way back. */
    public static Board through(Board board, Clock clock) {
        return new Pi4jBoard(BoardPlugin.context(board), board, clock);
    }

    @Override
    public BoardFile file() {
        return behind.file();
    }

    @Override
    public GpioLine openLine(LineRequest request) {
        BoardFile.Line line = file().line(request.line());
        return new Pi4jLine(this, line, request);
    }

    Context context() {
        return context;
    }

    Clock clock() {
        return clock;
    }

    /** Ids must be unique in a context, also after something was closed. */
    String newId(String name) {
        return "thimble-" + name + "-" + ++counter;
    }

    /** Runs a creation and turns whatever it throws into an Errno with a reason. */
    static <T> T create(String name, Supplier<T> creation) {
        try {
            return creation.get();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof DeviceException known) {
                    throw known;
                }
                if (cause instanceof IOAlreadyExistsException) {
                    throw new DeviceException(Errno.BUSY, name + " is already open in this Pi4J context");
                }
                if (cause instanceof ProviderException) {
                    throw new DeviceException(Errno.UNSUPPORTED, name + ": Pi4J has no provider for it: "
                        + cause.getMessage());
                }
            }
            throw new DeviceException(Errno.IO, name + ": " + e.getMessage());
        }
    }

    /** The Errno in what an operation threw; IO for an exception of another provider. */
    static int errno(Pi4JException e) {
        return e instanceof ErrnoException known ? known.errno() : Errno.IO;
    }

    @Override
    public I2cBus openI2c(String bus) {
        String name = file().resolve(bus);
        file().i2cDevice(bus);
        synchronized (this) {
            I2C[] devices = i2c.get(name);
            if (devices == null) {
                // Opens one address at once, so that an absent or forbidden bus is an error of open, as elsewhere.
                devices = new I2C[128];
                devices[0x08] = device(name, 0x08);
                i2c.put(name, devices);
            }
            return new Pi4jI2cBus(this, name, devices);
        }
    }

    /** The Pi4J device of an address: made once, kept until the board is closed. */
    I2C device(String bus, int address) {
        return create(bus, () -> context.create(I2C.newConfigBuilder(context).id(newId(bus + "-" + address))
            .bus(trailingNumber(bus)).device(address).load(Map.of(Lines.NAME, bus)).build()));
    }

    @Override
    public SpiDevice openSpi(SpiRequest request) {
        String name = file().resolve(request.device());
        file().spiDevice(name);
        int dot = name.indexOf('.');
        int channel = dot < 0 ? 0 : trailingNumber(name);
        int bus = trailingNumber(dot < 0 ? name : name.substring(0, dot));
        Spi spi = create(name, () -> context.create(Spi.newConfigBuilder(context).id(newId(name))
            .bus(SpiBus.getByNumber(bus)).channel(channel).baud(request.hertz())
            .mode(SpiMode.getByNumber(request.mode())).load(Map.of(Lines.NAME, name)).build()));
        return new Pi4jSpi(spi, context);
    }

    @Override
    public PwmChannel openPwm(String channel) {
        BoardFile.Pwm pwm = file().pwmChannel(channel);
        Pwm io = create(pwm.name(), () -> context.create(Pwm.newConfigBuilder(context).id(newId(pwm.name()))
            .pwmType(PwmType.HARDWARE).chip(0).channel(pwm.channel()).bcm(trailingNumber(pwm.name()))
            .load(Map.of(Lines.NAME, pwm.name())).build()));
        return new Pi4jPwm(io, context);
    }

    @Override
    public Uart openUart(UartRequest request) {
        return behind.openUart(request);
    }

    @Override
    public OneWireBus openOneWire(String bus) {
        return behind.openOneWire(bus);
    }

    @Override
    public void close() {
        context.shutdown();
        behind.close();
    }

    /** {@code i2c1} is bus 1, {@code pwm18} is line 18. */
    static int trailingNumber(String name) {
        int at = name.length();
        while (at > 0 && Character.isDigit(name.charAt(at - 1))) {
            at--;
        }
        return at == name.length() ? 0 : Integer.parseInt(name.substring(at));
    }
}
