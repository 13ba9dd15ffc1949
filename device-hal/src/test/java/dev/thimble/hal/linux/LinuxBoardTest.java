package dev.thimble.hal.linux;

import dev.thimble.hal.board.BoardContract;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The Linux backend on real kernel drivers; runs in the virtual machine of {@code hil/run}. */
@EnabledIfSystemProperty(named = "thimble.hil.i2c", matches = ".+")
class LinuxBoardTest extends BoardContract {
    @Override
    protected Rig rig() {
        return new HilRig(board -> board);
    }
}
