package dev.thimble.hal.pi4j;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.extension.Plugin;
import com.pi4j.extension.PluginService;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalInputProviderBase;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProviderBase;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CConfig;
import com.pi4j.io.i2c.I2CProviderBase;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmConfig;
import com.pi4j.io.pwm.PwmProviderBase;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiConfig;
import com.pi4j.io.spi.SpiProviderBase;
import com.pi4j.provider.Provider;
import dev.thimble.hal.board.Board;

/** Offers any {@link Board} to Pi4J 4: digital input and output, I2C, SPI and PWM. */
public class BoardPlugin implements Plugin {
    private final Board board;

    public BoardPlugin(Board board) {
        this.board = board;
    }

    /** A Pi4J context with this board's providers and no others. */
    public static Context context(Board board) {
        return Pi4J.newContextBuilder().noAutoDetect().disableShutdownHook().add(providers(board)).build();
    }

    @Override
    public void initialize(PluginService service) {
        service.register(providers(board));
    }

    private static Provider<?, ?, ?>[] providers(Board board) {
        return new Provider<?, ?, ?>[] {new Inputs(board), new Outputs(board), new I2c(board), new SpiDevices(board),
            new Pwms(board)};
    }

    private static final class Inputs extends DigitalInputProviderBase {
        private final Board board;

        Inputs(Board board) {
            super("thimble-digital-input", "Thimble digital input");
            this.board = board;
        }

        @Override
        public DigitalInput create(DigitalInputConfig config) {
            BoardInput io = new BoardInput(this, config, board);
            Lines.register(context, io, io::release);
            return io;
        }
    }

    private static final class Outputs extends DigitalOutputProviderBase {
        private final Board board;

        Outputs(Board board) {
            super("thimble-digital-output", "Thimble digital output");
            this.board = board;
        }

        @Override
        public DigitalOutput create(DigitalOutputConfig config) {
            BoardOutput io = new BoardOutput(this, config, board);
            Lines.register(context, io, io::release);
            return io;
        }
    }

    private static final class I2c extends I2CProviderBase {
        private final Board board;

        I2c(Board board) {
            super("thimble-i2c", "Thimble I2C");
            this.board = board;
        }

        @Override
        public I2C create(I2CConfig config) {
            BoardI2c io = new BoardI2c(this, config, board);
            Lines.register(context, io, io::release);
            return io;
        }
    }

    private static final class SpiDevices extends SpiProviderBase {
        private final Board board;

        SpiDevices(Board board) {
            super("thimble-spi", "Thimble SPI");
            this.board = board;
        }

        @Override
        public Spi create(SpiConfig config) {
            BoardSpi io = new BoardSpi(this, config, board);
            Lines.register(context, io, io::release);
            return io;
        }
    }

    private static final class Pwms extends PwmProviderBase {
        private final Board board;

        Pwms(Board board) {
            super("thimble-pwm", "Thimble PWM");
            this.board = board;
        }

        @Override
        public Pwm create(PwmConfig config) {
            BoardPwm io = new BoardPwm(this, config, board);
            Lines.register(context, io, io::release);
            return io;
        }
    }
}
