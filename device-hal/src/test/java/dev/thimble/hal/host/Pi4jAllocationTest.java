package dev.thimble.hal.host;

import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.pi4j.Pi4jBoard;
import dev.thimble.hal.simulated.SimulatedBoard;

/** The same with a Pi4J context in between. */
class Pi4jAllocationTest extends AllocationTest {
    @Override
    Board through(SimulatedBoard simulated) {
        return Pi4jBoard.through(simulated, Clock.system());
    }
}
