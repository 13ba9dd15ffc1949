package dev.thimble.wasm.validate;

import dev.thimble.wasm.binary.Immediates;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.TypeCode;

/** Immediates of the instructions that the opcode table describes in full, most of which access memory. */
final class MemoryInstructions {
    private static final int ATOMIC_PREFIX = 0xFE;
    private static final int SHUFFLE_LANES = 32;

    private final Code code;
    private final ValidationStack stack;

    MemoryInstructions(Code code, ValidationStack stack) {
        this.code = code;
        this.stack = stack;
    }

    /** Reads and checks the immediates; the result is the address type of the memory that they name, else 0. */
    int immediates(int opcode) {
        switch (OpcodeTable.immediates(opcode)) {
            case Opcodes.IMM_MEMARG:
                return argument(opcode);
            case Opcodes.IMM_MEMARG_LANE:
                int address = argument(opcode);
                lane(16 >> OpcodeTable.argument(opcode));
                return address;
            case Opcodes.IMM_MEMORY:
                return code.context.addressType(code.memory());
            case Opcodes.IMM_DATA_MEMORY:
                code.data();
                return code.context.addressType(code.memory());
            case Opcodes.IMM_DATA:
                code.data();
                return 0;
            case Opcodes.IMM_ELEM:
                code.element();
                return 0;
            case Opcodes.IMM_I32:
                code.reader.s32();
                return 0;
            case Opcodes.IMM_I64:
                code.reader.s64();
                return 0;
            case Opcodes.IMM_F32:
                code.reader.skip(4);
                return 0;
            case Opcodes.IMM_F64:
                code.reader.skip(8);
                return 0;
            case Opcodes.IMM_V128:
                code.reader.skip(16);
                return 0;
            case Opcodes.IMM_LANE:
                lane(OpcodeTable.argument(opcode));
                return 0;
            case Opcodes.IMM_LANES:
                for (int i = 0; i < 16; i++) {
                    lane(SHUFFLE_LANES);
                }
                return 0;
            case Opcodes.IMM_ZERO:
                if (code.reader.u8() != 0) {
                    throw code.reader.malformed("zero byte expected");
                }
                return 0;
            default:
                throw code.reader.malformed("illegal opcode " + OpcodeTable.mnemonic(opcode), code.opcodeOffset);
        }
    }

    /** A memory argument (spec 3.0, "Memory Instructions"): alignment, memory and offset. */
    private int argument(int opcode) {
        int at = code.reader.position();
        int flags = code.reader.u32();
        if (flags < 0 || flags >= 2 * Immediates.MEMORY_INDEX) {
            throw code.reader.malformed("malformed memop flags", at);
        }
        int memory = 0;
        if ((flags & Immediates.MEMORY_INDEX) != 0) {
            memory = code.memory();
        } else if (code.context.memories.length == 0) {
            throw code.unknown("memory", 0);
        }
        int alignment = flags & ~Immediates.MEMORY_INDEX;
        int natural = OpcodeTable.argument(opcode);
        if (alignment > natural) {
            throw code.error("alignment must not be larger than natural");
        }
        if (opcode >>> 16 == ATOMIC_PREFIX && alignment != natural) {
            throw code.error("atomic alignment must be natural");
        }
        int address = code.context.addressType(memory);
        long offset = code.reader.u64();
        if (address == TypeCode.I32 && offset >>> 32 != 0) {
            throw code.error("offset out of range");
        }
        return address;
    }

    private void lane(int lanes) {
        int lane = code.reader.u8();
        if (lane >= lanes) {
            throw code.error("invalid lane index " + lane);
        }
    }

    /** {@code memory.copy} between memories that may differ in their address types. */
    void copy() {
        int target = code.context.addressType(code.memory());
        int source = code.context.addressType(code.memory());
        stack.pop(Math.min(target, source));
        stack.pop(source);
        stack.pop(target);
    }
}
