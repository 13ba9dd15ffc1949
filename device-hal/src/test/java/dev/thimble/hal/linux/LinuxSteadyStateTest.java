package dev.thimble.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.PwmChannel;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.board.SpiRequest;
import dev.thimble.hal.host.EchoCell;
import dev.thimble.hal.pi4j.Pi4jBoard;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** On real kernel drivers, through Pi4J: nothing is allocated per operation, and how long an edge takes through a module. */
@EnabledIfSystemProperty(named = "thimble.hil.i2c", matches = ".+")
class LinuxSteadyStateTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 1_000;
    private static final int EDGES = 300;
    private HilRig rig;
    private Board board;

    @BeforeEach
    void open() {
        rig = new HilRig(linux -> Pi4jBoard.through(linux, Clock.system()));
        board = rig.board();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static void assertNoAllocation(String what, IntSupplier operation) {
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 10 && least > 0; attempt++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                if (operation.getAsInt() < 0) {
                    throw new AssertionError(what + ": " + Errno.name(operation.getAsInt()));
                }
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least < ROUNDS, what + ": " + least + " bytes in " + ROUNDS + " rounds");
    }

    @Test
    void operationsAllocateNothing() {
        GpioLine out = board.openLine(LineRequest.output(rig.line(0), false));
        I2cBus bus = board.openI2c(rig.i2cBus());
        SpiDevice spi = board.openSpi(new SpiRequest(rig.spiLoop(), 1_000_000, 0));
        PwmChannel pwm = board.openPwm(rig.pwm());
        byte[] data = new byte[64];
        int[] ops = {I2cBus.WRITE, 0, 1, I2cBus.READ, 8, 8};
        assertNoAllocation("gpio write", () -> out.write(1));
        assertNoAllocation("gpio read", out::read);
        assertNoAllocation("i2c write", () -> bus.write(rig.chip(), data, 0, 4));
        assertNoAllocation("i2c write then read", () -> bus.writeRead(rig.chip(), data, 0, 1, data, 8, 8));
        assertNoAllocation("i2c transaction", () -> bus.transaction(rig.chip(), data, ops, 2));
        assertNoAllocation("spi transfer", () -> spi.transfer(data, 0, data, 0, 32));
        assertNoAllocation("pwm set", () -> pwm.set(20_000_000, 1_500_000));
    }

    /** From the kernel's timestamp of the edge to the moment when the module's answer has been written. */
    @Test
    void everyEdgeIsAnsweredByAModule() {
        Thread cells = Thread.currentThread();
        EchoCell cell = new EchoCell(board, Clock.system(), rig.line(1), rig.line(2), () -> LockSupport.unpark(cells));
        Histogram histogram = new Histogram(60_000_000_000L, 3);
        for (int i = 0; i < EDGES; i++) {
            int level = 1 - (i & 1);
            rig.drive(rig.line(1), level);
            while (cell.deliver() == 0) {
                LockSupport.park();
            }
            histogram.recordValue(Math.max(0, System.nanoTime() - cell.lastNanos()));
            assertEquals(level, rig.level(rig.line(2)), "answer to edge " + i);
        }
        System.out.printf("HIL kernel edge to written answer, %d edges: median %.0f, p90 %.0f, p99 %.0f, p99.9 %.0f, max %.0f us%n",
            EDGES, histogram.getValueAtPercentile(50) / 1e3, histogram.getValueAtPercentile(90) / 1e3,
            histogram.getValueAtPercentile(99) / 1e3, histogram.getValueAtPercentile(99.9) / 1e3, histogram.getMaxValue() / 1e3);
        cell.stop();
    }
}
