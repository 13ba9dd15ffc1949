package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Anchors;
import dev.thimble.wasm.execute.FunctionLists;
import dev.thimble.wasm.execute.InRegister;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.opcode.Opcodes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which slots innermost loops keep in registers: one translation of a function finds out, and the next makes use of it.
 * A loop that calls something, contains lists of its own or uses slots otherwise than one by one has none.
 */
final class LoopRegisters {
    /** Slots that may be in registers: those whose number is a byte. */
    private static final int SLOTS = 128;
    /** What a round takes over from the one before is read first; it comes before whatever is used only within one. */
    private static final int CARRIED = 1 << 16;

    /** One loop: as which types each slot is used, as bits; how often; and then its register, and whether it is written. */
    static final class Loop {
        private final int[] types = new int[SLOTS];
        /** How often each is used, and {@link #CARRIED} more if it is read before it is written. */
        private final int[] uses = new int[SLOTS];
        private final int[] registers = new int[SLOTS];
        private final boolean[] written = new boolean[SLOTS];
        private final byte[] slots = new byte[3 * InRegister.COUNT];
        /** Whether it uses slots that are not in registers. */
        private boolean others;
        /** Whether a branch in it pays for the way that is taken. */
        private boolean pays;
        /** Whether the second translation of it is not like the first. */
        private boolean differs;

        void use(int type, int slot, boolean write) {
            uses[slot] += types[slot] == 0 && !write ? CARRIED + 1 : 1;
            types[slot] |= 1 << type;
        }

        /** Chooses, of the slots that are always of one type, those that rounds hand on, and then those that are used most. */
        void choose() {
            Arrays.fill(registers, -1);
            Arrays.fill(slots, (byte) -1);
            int[] count = new int[3];
            for (int slot = mostUsed(count); slot >= 0; slot = mostUsed(count)) {
                int bank = bank(types[slot]);
                registers[slot] = count[bank]++;
                slots[bank * InRegister.COUNT + registers[slot]] = (byte) slot;
            }
        }

        private int mostUsed(int[] count) {
            int best = -1;
            for (int i = 0; i < types.length; i++) {
                boolean free = registers[i] < 0 && Integer.bitCount(types[i]) == 1 && count[bank(types[i])] < InRegister.COUNT;
                if (free && (best < 0 || uses[i] > uses[best])) {
                    best = i;
                }
            }
            return best;
        }

        Stmt make(Stmt[] statements, FunctionLists lists, int list, int cost) {
            int mask = 0;
            for (int i = 0; i < slots.length; i++) {
                mask |= slots[i] >= 0 && written[slots[i]] ? 1 << i : 0;
            }
            return Anchors.loop(statements, lists, list, cost, slots, mask, others, pays);
        }

        private static int bank(int type) {
            return type == 1 << Opcodes.I64 ? 1 : type == 1 << Opcodes.F64 ? 2 : 0;
        }
    }

    private final Map<Integer, Loop> loops = new HashMap<>();
    private Loop open;
    private boolean chosen;

    /** Ends the translation that finds out, and begins the one that makes use of it. */
    void choose() {
        loops.values().forEach(Loop::choose);
        chosen = true;
    }

    /** Begins a loop; one around it has no registers. */
    void begin(int list) {
        open = chosen ? loops.get(list) : new Loop();
    }

    /** Ends a loop of so many statements; what it keeps in registers, or null. */
    Loop end(int list, int statements) {
        Loop ended = open;
        open = null;
        boolean fits = statements > 0 && statements <= Anchors.REGISTER_SIZE;
        if (ended == null || chosen && fits) {
            return ended;
        }
        if (chosen) {
            ended.differs = true;
        } else if (fits) {
            loops.put(list, ended);
        }
        return null;
    }

    /** Notes a branch that pays for the way that is taken. */
    void pay() {
        if (open != null) {
            open.pays = true;
        }
    }

    /** Gives up the open loop. */
    void abandon() {
        if (chosen && open != null) {
            open.differs = true;
        }
        open = null;
    }

    /**
     * Whether the second translation has used some loop's slots otherwise than the first said. An expression is spilled
     * where it becomes too deep, which depends on its nodes, and they on which slots are in registers.
     */
    boolean differ() {
        return loops.values().stream().anyMatch(loop -> loop.differs);
    }

    /** Leaves the slots of loops that differ where they are. */
    void dropThoseThatDiffer() {
        loops.values().removeIf(loop -> loop.differs);
    }

    /** The register of a slot that is read or written as a type, or −1. In the first translation any, since none is known. */
    int use(int type, int slot, boolean write) {
        if (open == null) {
            return -1;
        }
        if (!chosen) {
            if (slot >= SLOTS) {
                return -1;
            }
            open.use(type, slot, write);
            return 0;
        }
        int register = slot < SLOTS ? open.registers[slot] : -1;
        if (register < 0) {
            open.others = true;
        } else {
            open.differs |= open.types[slot] != 1 << type;
            open.written[slot] |= write;
        }
        return register;
    }
}
