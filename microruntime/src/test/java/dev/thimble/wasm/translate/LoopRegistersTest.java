package dev.thimble.wasm.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.execute.Anchors;
import dev.thimble.wasm.opcode.Opcodes;
import org.junit.jupiter.api.Test;

/** A loop that the second translation makes otherwise than the first gets no registers in the third. */
class LoopRegistersTest {
    private static final int LIST = 3;
    private final LoopRegisters registers = new LoopRegisters();

    /** The first translation: an i32 and, more often, an f64. */
    private void survey() {
        registers.begin(LIST);
        registers.use(Opcodes.I32, 5, false);
        registers.use(Opcodes.F64, 7, true);
        registers.use(Opcodes.F64, 7, false);
        assertNull(registers.end(LIST, 2));
        registers.choose();
        registers.begin(LIST);
    }

    private void isDropped() {
        assertTrue(registers.differ());
        registers.dropThoseThatDiffer();
        assertFalse(registers.differ());
        registers.begin(LIST);
        assertEquals(-1, registers.use(Opcodes.I32, 5, false));
        assertNull(registers.end(LIST, 2));
    }

    @Test
    void slotsGetRegistersByType() {
        survey();
        assertEquals(0, registers.use(Opcodes.I32, 5, false));
        assertEquals(0, registers.use(Opcodes.F64, 7, true));
        assertEquals(-1, registers.use(Opcodes.I32, 6, false), "not seen before");
        assertNotNull(registers.end(LIST, 2));
        assertFalse(registers.differ());
    }

    /** Ten f64 slots are written and read twice within a round; one that is read first, and used less, comes before them. */
    @Test
    void whatRoundsHandOnComesFirst() {
        registers.begin(LIST);
        for (int slot = 0; slot < 10; slot++) {
            registers.use(Opcodes.F64, slot, true);
            registers.use(Opcodes.F64, slot, false);
            registers.use(Opcodes.F64, slot, false);
        }
        registers.use(Opcodes.F64, 20, false);
        registers.use(Opcodes.F64, 20, true);
        registers.end(LIST, 2);
        registers.choose();
        registers.begin(LIST);
        assertEquals(0, registers.use(Opcodes.F64, 20, false));
        assertEquals(1, registers.use(Opcodes.F64, 0, true));
        assertEquals(8, registers.use(Opcodes.F64, 7, true));
        assertEquals(-1, registers.use(Opcodes.F64, 8, true), "nine registers");
    }

    @Test
    void aSlotUsedAsAnotherTypeDiffers() {
        survey();
        registers.use(Opcodes.I32, 7, true);
        registers.end(LIST, 2);
        isDropped();
    }

    @Test
    void aLoopGivenUpInItsMiddleDiffers() {
        survey();
        registers.use(Opcodes.I32, 5, false);
        registers.abandon();
        assertEquals(-1, registers.use(Opcodes.I32, 5, false));
        assertNull(registers.end(LIST, 2));
        isDropped();
    }

    @Test
    void aLoopThatHasGrownTooLongDiffers() {
        survey();
        assertNull(registers.end(LIST, Anchors.REGISTER_SIZE + 1));
        isDropped();
    }
}
