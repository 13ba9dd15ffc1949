package dev.thimble.hal.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.pi4j.Pi4jBoard;
import dev.thimble.hal.simulated.Pin;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Host imports called by a real module in the engine: pin, Pi4J, inbox, interpreter, import, Pi4J, pin. */
class EngineTest {
    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-5"), clock);

    @Test
    void aModuleAnswersEachEdge() {
        EchoCell cell = new EchoCell(Pi4jBoard.through(board, Clock.system()), clock, "GPIO27", "GPIO17", () -> { });
        List<Integer> levels = new ArrayList<>();
        board.pin("GPIO17").listen((pin, level, at) -> levels.add(level));
        for (int i = 0; i < 10; i++) {
            board.pin("GPIO27").drive(1);
            assertEquals(1, cell.deliver());
            board.pin("GPIO27").drive(0);
            assertEquals(1, cell.deliver());
        }
        assertEquals(List.of(1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0), levels);
        board.pin("GPIO27").drive(1);
        cell.deliver();
        cell.stop();
        assertEquals(0, board.pin("GPIO17").level(), "safe");
    }

    @Test
    void theWholeWayAllocatesNothing() {
        EchoCell cell = new EchoCell(Pi4jBoard.through(board, Clock.system()), clock, "GPIO27", "GPIO17", () -> { });
        Pin in = board.pin("GPIO27");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 20 && least > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2_000; i++) {
                in.drive(i & 1);
                cell.deliver();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least < 2_000, least + " bytes in 2000 edges");
    }

    @Test
    void theModulesImportsAreKnown() {
        assertEquals(List.of(), HostImports.problems(EchoCell.module("echo.wasm").imports()));
    }
}
