package dev.thimble.benchmarks.footprint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class InstructionsTest {
    /** (func (param i32) (result i32) (local i64 f64) local.get 0 i32.const 300 i32.add), by hand. */
    private static final String MODULE = "0061736d01000000" + "0106016001" + "7f017f" + "03020100"
            + "0a0e010c02017e017c" + "200041ac026a0b";

    @Test
    void countsEachInstructionAndTheEnd() {
        assertEquals(4, Instructions.count(HexFormat.of().parseHex(MODULE)));
    }
}
