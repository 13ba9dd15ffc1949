package dev.thimble.hal.board;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thimble.hal.board.LineRequest.Bias;
import dev.thimble.hal.board.LineRequest.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every backend must do. It counts and orders, and never measures time. */
public abstract class BoardContract {
    private Rig rig;
    private Board board;

    /** A backend and a hand on the far end of its wires. */
    public interface Rig extends AutoCloseable {
        Board board();

        /** Two free lines. */
        String line(int number);

        /** A line that somebody else holds. */
        String busyLine();

        /** Drives an input from outside. */
        void drive(String line, int level);

        /** The physical level at a pin. */
        int level(String line);

        /** Fills the event buffer of a watched line until edges are lost, then lets one more through. */
        void loseEdges(String line);

        /** Lets time pass for edges to arrive and debounce periods to end. */
        void settle();

        /** A bus with a chip of 256 byte registers at {@link #chip}, pointer and auto-increment; null for none. */
        String i2cBus();

        int chip();

        void unplugChip();

        /** A device whose MISO is tied to MOSI; null for none. */
        String spiLoop();

        String pwm();

        /** Whether channel {@link #pwm} is on, with these figures. */
        boolean pwmIs(long periodNanos, long dutyNanos, boolean enabled);

        /** Makes a bus or line one that this user may not open, and names it; null where nobody is refused (root). */
        String forbiddenLine();

        @Override
        void close();
    }

    protected abstract Rig rig();

    @BeforeEach
    void open() {
        rig = rig();
        board = rig.board();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static final class Edges implements EdgeListener {
        private final List<Integer> seen = new ArrayList<>();
        private final List<Long> stamps = new ArrayList<>();
        private int lost;

        @Override
        public synchronized void edge(int edge, long nanos) {
            seen.add(edge);
            stamps.add(nanos);
        }

        @Override
        public synchronized void lost(int count) {
            lost += count;
        }

        synchronized List<Integer> seen() {
            return List.copyOf(seen);
        }
    }

    private static int errno(Runnable open) {
        return assertThrows(DeviceException.class, open::run).errno();
    }

    @Test
    void anOutputStartsAtItsLevelAndDrives() {
        GpioLine line = board.openLine(LineRequest.output(rig.line(0), true));
        assertEquals(1, rig.level(rig.line(0)));
        assertEquals(1, line.read());
        assertEquals(Errno.OK, line.write(0));
        assertEquals(0, rig.level(rig.line(0)));
        assertEquals(0, line.read());
        assertEquals(Errno.INVALID, line.write(2));
        assertEquals(Errno.INVALID, line.watch(GpioLine.RISING, 0, new Edges()));
        line.close();
        assertEquals(Errno.CLOSED, line.write(1));
        assertEquals(Errno.CLOSED, line.read());
        line.close();
        board.openLine(LineRequest.output(rig.line(0), false)).close();
    }

    @Test
    void activeLowIsLogical() {
        GpioLine line = board.openLine(new LineRequest(rig.line(0), Mode.OUTPUT, Bias.AS_IS, true, true));
        assertEquals(0, rig.level(rig.line(0)));
        assertEquals(1, line.read());
        line.write(0);
        assertEquals(1, rig.level(rig.line(0)));
        assertEquals(0, line.read());
    }

    @Test
    void inputsReadAndCannotBeWritten() {
        GpioLine line = board.openLine(LineRequest.input(rig.line(0), Bias.PULL_DOWN));
        rig.drive(rig.line(0), 1);
        assertEquals(1, line.read());
        rig.drive(rig.line(0), 0);
        assertEquals(0, line.read());
        assertEquals(Errno.INVALID, line.write(1));
    }

    @Test
    void edgesArriveAllInOrderAndOnlyThoseWanted() {
        GpioLine line = board.openLine(LineRequest.input(rig.line(0), Bias.PULL_DOWN));
        rig.drive(rig.line(0), 0);
        Edges both = new Edges();
        assertEquals(Errno.OK, line.watch(GpioLine.RISING | GpioLine.FALLING, 0, both));
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            rig.drive(rig.line(0), 1);
            rig.drive(rig.line(0), 0);
            expected.add(GpioLine.RISING);
            expected.add(GpioLine.FALLING);
            if (i % 5 == 4) {
                rig.settle();
            }
        }
        rig.settle();
        assertEquals(expected, both.seen());
        assertEquals(0, both.lost);
        for (int i = 1; i < both.stamps.size(); i++) {
            assertTrue(both.stamps.get(i) >= both.stamps.get(i - 1), "timestamps run backwards at " + i);
        }
        Edges falling = new Edges();
        assertEquals(Errno.OK, line.watch(GpioLine.FALLING, 0, falling));
        rig.drive(rig.line(0), 1);
        rig.drive(rig.line(0), 0);
        rig.drive(rig.line(0), 1);
        rig.settle();
        assertEquals(List.of(GpioLine.FALLING), falling.seen());
        assertEquals(Errno.OK, line.unwatch());
        rig.drive(rig.line(0), 0);
        rig.settle();
        assertEquals(1, falling.seen().size());
        assertEquals(100, both.seen().size());
    }

    @Test
    void edgesOfAnActiveLowInputAreLogical() {
        rig.drive(rig.line(0), 1);
        GpioLine line = board.openLine(new LineRequest(rig.line(0), Mode.INPUT, Bias.PULL_UP, true, false));
        Edges edges = new Edges();
        line.watch(GpioLine.RISING, 0, edges);
        rig.drive(rig.line(0), 0);
        rig.drive(rig.line(0), 1);
        rig.settle();
        assertEquals(List.of(GpioLine.RISING), edges.seen());
        assertEquals(0, line.read());
    }

    @Test
    void bouncesShorterThanTheDebouncePeriodAreNotEdges() {
        GpioLine line = board.openLine(LineRequest.input(rig.line(0), Bias.PULL_DOWN));
        rig.drive(rig.line(0), 0);
        Edges edges = new Edges();
        assertEquals(Errno.OK, line.watch(GpioLine.RISING | GpioLine.FALLING, 20_000, edges));
        for (int i = 0; i < 3; i++) {
            rig.drive(rig.line(0), 1);
            rig.drive(rig.line(0), 0);
        }
        rig.drive(rig.line(0), 1);
        rig.settle();
        assertEquals(List.of(GpioLine.RISING), edges.seen());
    }

    @Test
    void lostEdgesAreCounted() {
        GpioLine line = board.openLine(LineRequest.input(rig.line(0), Bias.PULL_DOWN));
        Edges edges = new Edges();
        line.watch(GpioLine.RISING | GpioLine.FALLING, 0, edges);
        rig.loseEdges(rig.line(0));
        rig.settle();
        assertTrue(edges.lost > 0, "no loss was reported");
    }

    @Test
    void reconfiguringAnOutputDoesNotReleaseIt() {
        GpioLine line = board.openLine(LineRequest.output(rig.line(0), true));
        assertEquals(Errno.OK, line.reconfigure(new LineRequest(rig.line(0), Mode.OUTPUT, Bias.AS_IS, true, false)));
        assertEquals(1, rig.level(rig.line(0)), "inactive of active-low is still high");
        assertEquals(0, line.read());
        assertEquals(Errno.OK, line.reconfigure(LineRequest.input(rig.line(0), Bias.PULL_DOWN)));
        rig.drive(rig.line(0), 0);
        assertEquals(0, line.read());
        assertEquals(Errno.INVALID, line.write(1));
        assertEquals(Errno.INVALID, line.reconfigure(LineRequest.output(rig.line(1), true)));
    }

    @Test
    void openDrainPullsLowAndLetsGo() {
        GpioLine line = board.openLine(new LineRequest(rig.line(0), Mode.OPEN_DRAIN, Bias.PULL_UP, false, true));
        assertEquals(Errno.OK, line.write(0));
        assertEquals(0, line.read());
    }

    @Test
    void absentBusyAndForbiddenLinesSaySo() {
        assertEquals(Errno.NO_DEVICE, errno(() -> board.openLine(LineRequest.output("no-such-line", false))));
        assertEquals(Errno.BUSY, errno(() -> board.openLine(LineRequest.output(rig.busyLine(), false))));
        GpioLine line = board.openLine(LineRequest.output(rig.line(0), false));
        assertEquals(Errno.BUSY, errno(() -> board.openLine(LineRequest.output(rig.line(0), false))));
        line.close();
        String forbidden = rig.forbiddenLine();
        if (forbidden != null) {
            assertEquals(Errno.DENIED, errno(() -> board.openLine(LineRequest.output(forbidden, false))));
        }
    }

    @Test
    void i2cReadsWhatWasWritten() {
        assumeTrue(rig.i2cBus() != null, "no I2C chip in this rig");
        I2cBus bus = board.openI2c(rig.i2cBus());
        byte[] block = new byte[17];
        new Random(1).nextBytes(block);
        block[0] = 0x10;
        block[3] = (byte) 0xFF;
        assertEquals(Errno.OK, bus.write(rig.chip(), block, 0, 17));
        byte[] back = new byte[20];
        assertEquals(Errno.OK, bus.writeRead(rig.chip(), block, 0, 1, back, 2, 16));
        for (int i = 0; i < 16; i++) {
            assertEquals(block[1 + i], back[2 + i], "register " + (0x10 + i));
        }
        assertEquals(0, back[0] | back[1] | back[18] | back[19]);
        assertEquals(Errno.OK, bus.write(rig.chip(), new byte[] {0x12}, 0, 1));
        assertEquals(Errno.OK, bus.read(rig.chip(), back, 0, 1));
        assertEquals((byte) 0xFF, back[0], "0xFF is a value like any other");
        byte[] memory = {0x20, 1, 2, 3, 0x21, 0, 0};
        int[] ops = {I2cBus.WRITE, 0, 4};
        assertEquals(Errno.OK, bus.transaction(rig.chip(), memory, ops, 1));
        assertEquals(Errno.OK, bus.transaction(rig.chip(), memory,
            new int[] {I2cBus.WRITE, 4, 1, I2cBus.READ, 5, 2}, 2));
        assertArrayEquals(new byte[] {0x20, 1, 2, 3, 0x21, 2, 3}, memory);
    }

    @Test
    void i2cErrorsAreNamed() {
        assumeTrue(rig.i2cBus() != null, "no I2C chip in this rig");
        I2cBus bus = board.openI2c(rig.i2cBus());
        byte[] data = new byte[4];
        int absent = rig.chip() ^ 1;
        assertNoAcknowledge(bus.read(absent, data, 0, 1));
        assertNoAcknowledge(bus.write(absent, data, 0, 1));
        assertNoAcknowledge(bus.writeRead(absent, data, 0, 1, data, 0, 1));
        assertEquals(0, bus.probe(absent));
        assertEquals(1, bus.probe(rig.chip()));
        assertEquals(Errno.INVALID, bus.read(0x78, data, 0, 1));
        assertEquals(Errno.INVALID, bus.transaction(rig.chip(), data, new int[3], 0));
        assertEquals(Errno.INVALID, bus.read(rig.chip(), new byte[9000], 0, 9000));
        rig.unplugChip();
        assertNoAcknowledge(bus.read(rig.chip(), data, 0, 1));
        bus.close();
        assertEquals(Errno.CLOSED, bus.read(rig.chip(), data, 0, 1));
        assertEquals(Errno.NO_DEVICE, errno(() -> board.openI2c("i2c99")));
    }

    /** Controllers differ in what they tell. */
    private static void assertNoAcknowledge(int result) {
        assertTrue(result == Errno.NACK_ADDRESS || result == Errno.NACK, Errno.name(result));
    }

    @Test
    void spiLoopsBack() {
        assumeTrue(rig.spiLoop() != null, "no SPI loop in this rig");
        SpiDevice spi = board.openSpi(new SpiRequest(rig.spiLoop(), 500_000, 0));
        byte[] data = {1, 2, (byte) 0xFF, 4, 0, 0, 0, 0};
        assertEquals(Errno.OK, spi.transfer(data, 0, data, 4, 4));
        assertArrayEquals(new byte[] {1, 2, (byte) 0xFF, 4, 1, 2, (byte) 0xFF, 4}, data);
        int[] ops = {SpiDevice.WRITE, 0, 0, 2, SpiDevice.DELAY, 0, 0, 1000, SpiDevice.TRANSFER, 2, 4, 2};
        assertEquals(Errno.OK, spi.transaction(data, ops, 3));
        assertArrayEquals(new byte[] {1, 2, (byte) 0xFF, 4, (byte) 0xFF, 4, (byte) 0xFF, 4}, data);
        assertEquals(Errno.INVALID, spi.transaction(data, ops, 0));
        spi.close();
        assertEquals(Errno.CLOSED, spi.transfer(data, 0, data, 4, 4));
        assertEquals(Errno.NO_DEVICE, errno(() -> board.openSpi(new SpiRequest("spi9.9", 1000, 0))));
    }

    @Test
    void pwmIsSetInNanoseconds() {
        assumeTrue(rig.pwm() != null, "no PWM in this rig");
        PwmChannel pwm = board.openPwm(rig.pwm());
        assertEquals(Errno.INVALID, pwm.enable(true));
        assertEquals(Errno.OK, pwm.set(20_000_000, 1_500_000));
        assertEquals(Errno.OK, pwm.enable(true));
        assertTrue(rig.pwmIs(20_000_000, 1_500_000, true));
        // A period shorter than the old duty, and one longer: each order of setting the two would fail for one of them.
        assertEquals(Errno.OK, pwm.set(1_000_000, 333_333));
        assertTrue(rig.pwmIs(1_000_000, 333_333, true));
        assertEquals(Errno.OK, pwm.set(20_000_000, 19_000_000));
        assertTrue(rig.pwmIs(20_000_000, 19_000_000, true));
        assertEquals(Errno.INVALID, pwm.set(1000, 1001));
        assertEquals(Errno.INVALID, pwm.set(0, 0));
        assertEquals(Errno.BUSY, errno(() -> board.openPwm(rig.pwm())));
        assertEquals(Errno.OK, pwm.enable(false));
        assertTrue(rig.pwmIs(20_000_000, 19_000_000, false));
        pwm.close();
        assertEquals(Errno.CLOSED, pwm.set(1000, 10));
        assertEquals(Errno.NO_DEVICE, errno(() -> board.openPwm("pwm99")));
    }
}
