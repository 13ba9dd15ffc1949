package dev.thimble.wasm.translate;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.api.HeapType;
import dev.thimble.wasm.execute.Address;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;

/** A cursor over a validated body; nothing is checked again. */
final class CodeReader {
    private final byte[] binary;
    private int position;
    private int blockResult;

    CodeReader(byte[] binary, int position) {
        this.binary = binary;
        this.position = position;
    }

    int position() {
        return position;
    }

    /** Goes to another place. */
    void position(int offset) {
        position = offset;
    }

    void skip(int bytes) {
        position += bytes;
    }

    int u8() {
        return binary[position++] & 0xFF;
    }

    int peek() {
        return binary[position] & 0xFF;
    }

    /** An opcode as {@link Opcodes} writes it. */
    int opcode() {
        int code = u8();
        return code >= 0xFB && code <= 0xFE ? code << 16 | u32() : code;
    }

    int u32() {
        int b = binary[position++];
        if (b >= 0) {
            return b;
        }
        int value = b & 0x7F;
        for (int shift = 7; ; shift += 7) {
            b = binary[position++];
            value |= (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    long u64() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = binary[position++];
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    /** A signed LEB128 number of any width. */
    long signed() {
        long value = 0;
        for (int shift = 0; ; ) {
            int b = binary[position++];
            value |= (b & 0x7FL) << shift;
            shift += 7;
            if (b >= 0) {
                return shift < 64 && (b & 0x40) != 0 ? value | -1L << shift : value;
            }
        }
    }

    int i32Bits() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value |= u8() << 8 * i;
        }
        return value;
    }

    long i64Bits() {
        return (i32Bits() & 0xFFFF_FFFFL) | (long) i32Bits() << 32;
    }

    /** Skips to the end of the present block, or of its present part; returns the opcode that ends it, which is read. */
    int skipBlock() {
        int depth = 0;
        for (;;) {
            int opcode = opcode();
            if (depth == 0 && (opcode == Opcodes.END || opcode == Opcodes.ELSE || opcode == Opcodes.CATCH
                    || opcode == Opcodes.CATCH_ALL || opcode == Opcodes.DELEGATE)) {
                return opcode;
            }
            if (opcode == Opcodes.END || opcode == Opcodes.DELEGATE) {
                depth--;
            } else if (opcode == Opcodes.BLOCK || opcode == Opcodes.LOOP || opcode == Opcodes.IF
                    || opcode == Opcodes.TRY_TABLE || opcode == Opcodes.TRY) {
                depth++;
            }
            skipImmediates(opcode);
        }
    }

    /** Skips the immediates of an instruction. */
    void skipImmediates(int opcode) {
        switch (OpcodeTable.immediates(opcode)) {
            case Opcodes.IMM_NONE:
                break;
            case Opcodes.IMM_BLOCKTYPE:
                blockType();
                break;
            case Opcodes.IMM_HEAPTYPE:
            case Opcodes.IMM_I32:
            case Opcodes.IMM_I64:
                signed();
                break;
            case Opcodes.IMM_BLOCKTYPE_CATCHES:
                blockType();
                for (int n = u32(); n > 0; n--) {
                    int kind = u8();
                    if (kind < 2) {
                        u32();
                    }
                    u32();
                }
                break;
            case Opcodes.IMM_LABELS:
                for (int n = u32(); n >= 0; n--) {
                    u32();
                }
                break;
            case Opcodes.IMM_VALTYPES:
                for (int n = u32(); n > 0; n--) {
                    valueType();
                }
                break;
            case Opcodes.IMM_F32:
                skip(4);
                break;
            case Opcodes.IMM_F64:
                skip(8);
                break;
            case Opcodes.IMM_V128:
            case Opcodes.IMM_LANES:
                skip(16);
                break;
            case Opcodes.IMM_LANE:
            case Opcodes.IMM_ZERO:
                skip(1);
                break;
            case Opcodes.IMM_MEMARG:
                memoryArgument();
                break;
            case Opcodes.IMM_MEMARG_LANE:
                memoryArgument();
                skip(1);
                break;
            case Opcodes.IMM_CASTFLAGS_LABEL_HEAPTYPE_HEAPTYPE:
                skip(1);
                u32();
                signed();
                signed();
                break;
            case Opcodes.IMM_TYPE_TABLE:
            case Opcodes.IMM_TYPE_FIELD:
            case Opcodes.IMM_TYPE_COUNT:
            case Opcodes.IMM_TYPE_DATA:
            case Opcodes.IMM_TYPE_ELEM:
            case Opcodes.IMM_TYPE_TYPE:
            case Opcodes.IMM_DATA_MEMORY:
            case Opcodes.IMM_MEMORY_MEMORY:
            case Opcodes.IMM_ELEM_TABLE:
            case Opcodes.IMM_TABLE_TABLE:
                u32();
                u32();
                break;
            default:
                u32();
        }
    }

    private void memoryArgument() {
        int flags = u32();
        if ((flags & 0x40) != 0) {
            u32();
        }
        u64();
    }

    /** A memory argument. */
    Address address(Module module) {
        int memory = (u32() & 0x40) != 0 ? u32() : 0;
        return new Address(memory, module.memories().get(memory).memory64(), u64());
    }

    /** A heap type, by the types of the module. */
    HeapType heapType(TypeSpace types) {
        long code = signed();
        return code >= 0 ? types.defined((int) code) : switch ((int) code & 0x7F) {
            case 0x70 -> AbstractHeapType.FUNC;
            case 0x73 -> AbstractHeapType.NOFUNC;
            case 0x6F -> AbstractHeapType.EXTERN;
            case 0x72 -> AbstractHeapType.NOEXTERN;
            case 0x6E -> AbstractHeapType.ANY;
            case 0x6D -> AbstractHeapType.EQ;
            case 0x6C -> AbstractHeapType.I31;
            case 0x6B -> AbstractHeapType.STRUCT;
            case 0x6A -> AbstractHeapType.ARRAY;
            case 0x71 -> AbstractHeapType.NONE;
            case 0x69 -> AbstractHeapType.EXN;
            default -> AbstractHeapType.NOEXN;
        };
    }

    /** A value type; every reference as {@link TypeCode#ANYREF}, since execution treats them alike. */
    int valueType() {
        int code = u8();
        switch (code) {
            case 0x7F: return TypeCode.I32;
            case 0x7E: return TypeCode.I64;
            case 0x7D: return TypeCode.F32;
            case 0x7C: return TypeCode.F64;
            case 0x7B: return TypeCode.V128;
            case 0x63:
            case 0x64:
                signed();
                return TypeCode.ANYREF;
            default: return TypeCode.ANYREF;
        }
    }

    /** A block type: −1 for none, −2 for one result (whose type {@link #blockResult} has), or a type's index. */
    int blockType() {
        int code = peek();
        if (code == 0x40) {
            position++;
            return -1;
        }
        if (code > 0x40 && code < 0x80) {
            blockResult = valueType();
            return -2;
        }
        return (int) signed();
    }

    int blockResult() {
        return blockResult;
    }

    /** Restores a block's result type that other reading has intervened with. */
    void blockResult(int type) {
        blockResult = type;
    }
}
