package dev.thimble.hal.simulated;

import dev.thimble.hal.board.BoardContract;

class SimulatedBoardTest extends BoardContract {
    @Override
    protected Rig rig() {
        return new SimulatedRig(board -> board);
    }
}
