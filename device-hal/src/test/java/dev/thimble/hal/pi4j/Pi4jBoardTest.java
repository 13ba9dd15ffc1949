package dev.thimble.hal.pi4j;

import dev.thimble.hal.board.BoardContract;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.simulated.SimulatedRig;

/** The simulated board through a Pi4J context and back. */
class Pi4jBoardTest extends BoardContract {
    @Override
    protected Rig rig() {
        return new SimulatedRig(board -> Pi4jBoard.through(board, Clock.system()));
    }
}
