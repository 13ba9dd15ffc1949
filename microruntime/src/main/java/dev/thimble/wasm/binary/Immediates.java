package dev.thimble.wasm.binary;

import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;

/** Reads over immediates without looking at what they mean (spec 3.0, binary format, "Instructions"). */
public final class Immediates {
    /** Bit of a memory argument's alignment that announces a memory index. */
    public static final int MEMORY_INDEX = 0x40;

    private Immediates() {
    }

    /** Takes the immediates of an instruction whose opcode was just read. */
    public static void skip(ByteReader reader, int opcode) {
        switch (OpcodeTable.immediates(opcode)) {
            case Opcodes.IMM_NONE -> { }
            case Opcodes.IMM_BLOCKTYPE -> skipBlockType(reader);
            case Opcodes.IMM_BLOCKTYPE_CATCHES -> {
                skipBlockType(reader);
                skipCatches(reader);
            }
            case Opcodes.IMM_TAG, Opcodes.IMM_LABEL, Opcodes.IMM_FUNC, Opcodes.IMM_TYPE, Opcodes.IMM_LOCAL, Opcodes.IMM_GLOBAL,
                 Opcodes.IMM_TABLE, Opcodes.IMM_MEMORY, Opcodes.IMM_DATA, Opcodes.IMM_ELEM -> reader.u32();
            case Opcodes.IMM_TYPE_TABLE, Opcodes.IMM_TYPE_FIELD, Opcodes.IMM_TYPE_COUNT, Opcodes.IMM_TYPE_DATA,
                 Opcodes.IMM_TYPE_ELEM, Opcodes.IMM_TYPE_TYPE, Opcodes.IMM_DATA_MEMORY, Opcodes.IMM_MEMORY_MEMORY,
                 Opcodes.IMM_ELEM_TABLE, Opcodes.IMM_TABLE_TABLE -> {
                reader.u32();
                reader.u32();
            }
            case Opcodes.IMM_LABELS -> {
                for (int left = reader.count(1, "labels"); left >= 0; left--) {
                    reader.u32();
                }
            }
            case Opcodes.IMM_VALTYPES -> {
                for (int left = reader.count(1, "types"); left > 0; left--) {
                    TypeReader.rawValueType(reader);
                }
            }
            case Opcodes.IMM_MEMARG -> skipMemoryArgument(reader);
            case Opcodes.IMM_MEMARG_LANE -> {
                skipMemoryArgument(reader);
                reader.u8();
            }
            case Opcodes.IMM_LANE, Opcodes.IMM_ZERO -> reader.u8();
            case Opcodes.IMM_I32 -> reader.s32();
            case Opcodes.IMM_I64 -> reader.s64();
            case Opcodes.IMM_F32 -> reader.skip(4);
            case Opcodes.IMM_F64 -> reader.skip(8);
            case Opcodes.IMM_V128, Opcodes.IMM_LANES -> reader.skip(16);
            case Opcodes.IMM_HEAPTYPE -> TypeReader.skipHeapType(reader);
            case Opcodes.IMM_CASTFLAGS_LABEL_HEAPTYPE_HEAPTYPE -> {
                reader.u8();
                reader.u32();
                TypeReader.skipHeapType(reader);
                TypeReader.skipHeapType(reader);
            }
            default -> throw reader.malformed("illegal opcode " + OpcodeTable.mnemonic(opcode));
        }
    }

    /** Takes the rest of an expression up to and with its {@code end} (spec 3.0, "Expressions"). */
    static void skipExpression(ByteReader reader) {
        for (int depth = 0; ; ) {
            int opcode = reader.opcode();
            switch (opcode) {
                case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE -> depth++;
                case Opcodes.END, Opcodes.DELEGATE -> depth--;
                default -> { }
            }
            skip(reader, opcode);
            if (depth < 0) {
                return;
            }
        }
    }

    private static void skipBlockType(ByteReader reader) {
        if (TypeReader.blockTypeIsIndex(reader)) {
            TypeReader.blockTypeIndex(reader);
        } else if (reader.peek() == 0x40) {
            reader.u8();
        } else {
            TypeReader.rawValueType(reader);
        }
    }

    private static void skipCatches(ByteReader reader) {
        for (int left = reader.count(2, "catch clauses"); left > 0; left--) {
            int kind = reader.u8();
            if (kind > 3) {
                throw reader.malformed("malformed catch clause");
            }
            if (kind < 2) {
                reader.u32();
            }
            reader.u32();
        }
    }

    private static void skipMemoryArgument(ByteReader reader) {
        int alignment = reader.u32();
        if (alignment < 0 || alignment >= 2 * MEMORY_INDEX) {
            throw reader.malformed("malformed memop flags");
        }
        if ((alignment & MEMORY_INDEX) != 0) {
            reader.u32();
        }
        reader.u64();
    }
}
