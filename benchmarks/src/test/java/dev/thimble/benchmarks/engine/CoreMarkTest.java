package dev.thimble.benchmarks.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With a module that has CoreMark's interface: it traps if the clock is negative, else its score is 12.5. */
class CoreMarkTest {
    private static final String I64 = "7e";
    private static final String I32 = "7f";

    @ParameterizedTest
    @EnumSource
    void runsWithEitherClock(Engine engine) {
        assertEquals(12.5f, CoreMark.score(engine, module(I64, "env", "4200530440")));
        assertEquals(12.5f, CoreMark.score(engine, module(I32, "env", "4100480440")));
    }

    @Test
    void refusesOtherImports() {
        assertThrows(IllegalArgumentException.class,
                () -> CoreMark.score(Engine.THIMBLE, module(I64, "foo", "4200530440")));
    }

    /** (if (lt_s (call $clock) (const 0)) (then unreachable)) (f32.const 12.5) */
    private static byte[] module(String clock, String importModule, String isNegative) {
        return HexFormat.of().parseHex("0061736d01000000010902600001" + clock + "6000017d" + "021001"
                + "03" + HexFormat.of().formatHex(importModule.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                + "08636c6f636b5f6d730000" + "03020101" + "0707010372756e0001" + "0a120110001000" + isNegative
                + "000b43000048410b");
    }
}
