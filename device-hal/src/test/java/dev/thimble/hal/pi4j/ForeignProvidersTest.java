package dev.thimble.hal.pi4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.EdgeListener;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.LineRequest.Bias;
import dev.thimble.hal.board.LineRequest.Mode;
import dev.thimble.hal.board.PwmChannel;
import dev.thimble.hal.board.SpiRequest;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A board over Pi4J providers that are not ours: what they can do works, and what they cannot is said. */
class ForeignProvidersTest {
    private final SimulatedClock clock = new SimulatedClock();
    private final ForeignProviders foreign = new ForeignProviders();
    private final Pi4jBoard board = new Pi4jBoard(foreign.context(),
        new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock), clock);

    @AfterEach
    void close() {
        board.close();
    }

    @Test
    void outputsInputsAndEdges() {
        GpioLine out = board.openLine(new LineRequest("pin11", Mode.OUTPUT, Bias.AS_IS, true, false));
        assertEquals(DigitalState.HIGH, foreign.outputs.get(17).state(), "inactive of active-low");
        assertEquals(Errno.OK, out.write(1));
        assertEquals(DigitalState.LOW, foreign.outputs.get(17).state());
        assertEquals(1, out.read());
        assertEquals(Errno.BUSY, assertThrows(DeviceException.class,
            () -> board.openLine(LineRequest.output("GPIO17", false))).errno());

        GpioLine in = board.openLine(LineRequest.input("GPIO27", Bias.PULL_UP));
        assertEquals(PullResistance.PULL_UP, foreign.inputs.get(27).config().pull());
        List<String> edges = new ArrayList<>();
        EdgeListener listener = new EdgeListener() {
            @Override
            public void edge(int edge, long nanos) {
                edges.add(edge + "@" + nanos);
            }

            @Override
            public void lost(int count) { }
        };
        assertEquals(Errno.OK, in.watch(GpioLine.RISING, 2_000, listener));
        assertEquals(2_000, foreign.inputs.get(27).config().debounce(), "in microseconds, as Pi4J counts");
        clock.advance(5);
        foreign.inputs.get(27).drive(true);
        foreign.inputs.get(27).drive(false);
        assertEquals(List.of("1@5"), edges, "only the wanted edge, stamped on arrival");
        in.unwatch();
        foreign.inputs.get(27).drive(true);
        assertEquals(1, edges.size());
        assertEquals(Errno.OK, in.reconfigure(LineRequest.output("GPIO27", true)));
        assertEquals(DigitalState.HIGH, foreign.outputs.get(27).state());
        in.close();
        assertEquals(Errno.CLOSED, in.read());
    }

    @Test
    void whatTheProviderCannotDoIsUnsupported() {
        assertEquals(Errno.UNSUPPORTED, assertThrows(DeviceException.class, () -> board.openLine(
            new LineRequest("GPIO5", Mode.OPEN_DRAIN, Bias.AS_IS, false, false))).errno());
        board.openLine(LineRequest.output("GPIO5", false)).close();
        assertEquals(Errno.UNSUPPORTED, assertThrows(DeviceException.class,
            () -> board.openSpi(new SpiRequest("spi0.0", 1000, 0))).errno(), "no SPI provider in this context");
        I2cBus bus = board.openI2c("i2c1");
        byte[] memory = new byte[16];
        assertEquals(Errno.UNSUPPORTED, bus.transaction(0x50, memory,
            new int[] {I2cBus.WRITE, 0, 1, I2cBus.READ, 1, 1, I2cBus.READ, 2, 1}, 3));
    }

    @Test
    void i2cWorksByPi4jsOwnMethods() {
        I2cBus bus = board.openI2c("i2c1");
        byte[] data = {0x10, 1, 2, (byte) 0xFF, 0, 0, 0, 0};
        assertEquals(Errno.OK, bus.write(0x50, data, 0, 4));
        assertEquals(Errno.OK, bus.writeRead(0x50, data, 0, 1, data, 4, 3));
        assertArrayEquals(new byte[] {0x10, 1, 2, (byte) 0xFF, 1, 2, (byte) 0xFF, 0}, data);
        assertEquals(Errno.OK, bus.transaction(0x50, data, new int[] {I2cBus.WRITE, 0, 1, I2cBus.READ, 7, 1}, 2));
        assertEquals(1, data[7]);
        assertEquals(Errno.IO, bus.read(0x51, data, 0, 1), "an error without a number");
    }

    @Test
    void pwmIsRoundedToHertzAndPerCent() {
        PwmChannel pwm = board.openPwm("pwm18");
        assertEquals(Errno.INVALID, pwm.enable(true));
        assertEquals(Errno.OK, pwm.set(20_000_000, 1_500_000));
        assertEquals(Errno.OK, pwm.enable(true));
        assertTrue(foreign.pwm.isOn());
        assertEquals(50, foreign.pwm.getFrequency());
        assertEquals(8, foreign.pwm.getDutyCycle());
        assertEquals(Errno.INVALID, pwm.set(10, 11));
    }
}
