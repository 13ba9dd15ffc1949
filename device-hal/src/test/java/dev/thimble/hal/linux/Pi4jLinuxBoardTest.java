package dev.thimble.hal.linux;

import dev.thimble.hal.board.BoardContract;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.pi4j.Pi4jBoard;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The same through a Pi4J context. */
@EnabledIfSystemProperty(named = "thimble.hil.i2c", matches = ".+")
class Pi4jLinuxBoardTest extends BoardContract {
    @Override
    protected Rig rig() {
        return new HilRig(board -> Pi4jBoard.through(board, Clock.system()));
    }
}
