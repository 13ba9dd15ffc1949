package dev.thimble.wasm.random;

import dev.thimble.wasm.encode.Assembler;
import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What random code uses beyond WebAssembly 2.0 without references: vectors, exceptions old and new, tail calls, typed
 * function references, structures and arrays, a second memory with 64-bit addresses, atomics and wide arithmetic.
 */
final class RandomFeatures {
    private static final int I32 = Opcodes.I32, I64 = Opcodes.I64, F32 = Opcodes.F32, F64 = Opcodes.F64, V128 = Opcodes.V128;
    private static final int ELEMENTS = 8;
    /** Vector instructions by their result, and atomic read-modify-writes by theirs. */
    private static final List<List<Integer>> VECTOR = new ArrayList<>();
    private static final List<List<Integer>> ATOMIC = new ArrayList<>();

    static {
        for (int type = 0; type <= V128; type++) {
            VECTOR.add(new ArrayList<>());
            ATOMIC.add(new ArrayList<>());
        }
        for (int opcode = Opcodes.I8X16_SPLAT; opcode <= Opcodes.F64X2_CONVERT_LOW_I32X4_U; opcode++) {
            int kind = OpcodeTable.immediates(opcode);
            if (kind == Opcodes.IMM_NONE || kind == Opcodes.IMM_LANE) {
                VECTOR.get(OpcodeTable.signature(opcode) >>> 16).add(opcode);
            }
        }
        for (int opcode = Opcodes.I32_ATOMIC_RMW_ADD; opcode <= Opcodes.I64_ATOMIC_RMW32_CMPXCHG_U; opcode++) {
            ATOMIC.get(OpcodeTable.signature(opcode) >>> 16).add(opcode);
        }
    }

    private final RandomCode code;
    private final Random random;
    /** Locals of its own: a vector, a structure and an array. */
    private final int vector;
    private final int struct;
    private final int array;

    RandomFeatures(RandomCode code, Random random, int firstLocal) {
        this.code = code;
        this.random = random;
        vector = firstLocal;
        struct = firstLocal + 1;
        array = firstLocal + 2;
    }

    /** Adds the types and the memory that this code names, before any other: types 0 to 2, tag 0, memory 1. */
    static void declare(Wasm wasm) {
        wasm.type(Bytes.of(0x5F, 4, 0x7F, 1, 0x7E, 1, 0x7C, 1, 0x78, 1));
        wasm.type(Bytes.of(0x5E, 0x77, 1));
        wasm.type("i32 ->");
        wasm.tag(2);
    }

    static void declareMemory(Wasm wasm) {
        wasm.memory(Bytes.of(5, 1, 2));
    }

    /** Types of the locals, as they are in the binary. */
    static List<Bytes> locals() {
        return List.of(Assembler.type("v128"), Assembler.type("null:0"), Assembler.type("null:1"));
    }

    /** The objects that the other methods take for granted. */
    void prologue() {
        code.emit("struct.new_default 0; local.set " + struct + "; i32.const " + ELEMENTS + "; array.new_default 1; local.set " + array);
    }

    void statement(int depth) {
        switch (random.nextInt(8)) {
            case 0 -> {
                vector(depth);
                code.emit("local.set " + vector);
            }
            case 1 -> tryTable(depth);
            case 2 -> legacyTry(depth);
            case 3 -> {
                int field = random.nextInt(4);
                code.emit("local.get " + struct);
                code.expression(field == 1 ? I64 : field == 2 ? F64 : I32, depth - 1);
                code.emit("struct.set 0 " + field);
            }
            case 4 -> {
                code.emit("local.get " + array);
                index(depth);
                code.expression(I32, depth - 1);
                code.emit("array.set 1");
            }
            case 5 -> {
                secondAddress(depth);
                code.expression(I64, depth - 1);
                code.emit("i64.store 66 1 " + random.nextInt(50));
            }
            case 6 -> {
                code.expression(I32, depth - 1);
                code.emit("i32.const 0x7FF0; i32.and");
                vector(depth);
                code.emit("v128.store " + random.nextInt(5) + " " + random.nextInt(50));
            }
            default -> {
                code.emit("struct.new_default 0; local.set " + struct);
            }
        }
    }

    /** A block that catches what a conditional throw in it carries. */
    private void tryTable(int depth) {
        code.emit("block i32; try_table - 1 0 0 0");
        code.enter(new int[] {I32});
        code.enter(new int[0]);
        code.statements(2, depth - 1);
        conditionalThrow(depth);
        code.statements(1, depth - 1);
        code.leave();
        code.emit("end");
        code.expression(I32, 1);
        code.leave();
        code.emit("end; drop");
    }

    private void legacyTry(int depth) {
        code.emit("try i32");
        code.enter(new int[] {I32});
        code.statements(2, depth - 1);
        conditionalThrow(depth);
        code.expression(I32, depth - 1);
        code.emit("catch 0");
        code.emit("i32.const 5; i32.add");
        code.statements(1, depth - 1);
        code.emit("catch_all; i32.const 3");
        code.leave();
        code.emit("end; drop");
    }

    private void conditionalThrow(int depth) {
        code.expression(I32, depth - 1);
        code.emit("i32.const 1; i32.and; if -");
        code.enter(new int[0]);
        code.expression(I32, depth - 1);
        code.emit("throw 0");
        code.leave();
        code.emit("end");
    }

    /** An expression of a number type. */
    void expression(int type, int depth) {
        switch (random.nextInt(7)) {
            case 0, 1 -> fromVector(type, depth);
            case 2 -> {
                code.emit("local.get " + struct + "; struct.get" + (type == I32 && random.nextBoolean() ? "_s 0 3" : field(type)));
                convert(type);
            }
            case 3 -> {
                code.emit("local.get " + array);
                index(depth);
                code.emit("array.get_u 1");
                code.convertFrom(I32, type);
            }
            case 4 -> {
                secondAddress(depth);
                code.emit("i64.load 66 1 " + random.nextInt(50));
                code.convertFrom(I64, type);
            }
            case 5 -> atomic(type, depth);
            default -> {
                for (int i = 0; i < 4; i++) {
                    code.expression(I64, depth - 2);
                }
                code.emit(random.nextBoolean() ? "i64.add128" : "i64.sub128");
                code.emit("i64.xor");
                code.convertFrom(I64, type);
            }
        }
    }

    private static String field(int type) {
        return type == F64 ? " 0 2" : type == I64 ? " 0 1" : " 0 0";
    }

    private void convert(int type) {
        if (type == F32) {
            code.convertFrom(I32, F32);
        }
    }

    private void index(int depth) {
        code.expression(I32, depth - 1);
        code.emit("i32.const " + (random.nextInt(20) == 0 ? 15 : ELEMENTS - 1) + "; i32.and");
    }

    private void secondAddress(int depth) {
        code.expression(I64, depth - 1);
        if (random.nextInt(20) > 0) {
            code.emit("i64.const 0x7FFF; i64.and");
        }
    }

    private void atomic(int type, int depth) {
        List<Integer> choices = ATOMIC.get(type);
        if (choices.isEmpty()) {
            fromVector(type, depth);
            return;
        }
        int opcode = choices.get(random.nextInt(choices.size()));
        code.expression(I32, depth - 1);
        code.emit("i32.const 0x7FF8; i32.and");
        operands(opcode, 1, depth);
        code.emit(OpcodeTable.mnemonic(opcode) + " " + OpcodeTable.argument(opcode) + " " + 8 * random.nextInt(9));
    }

    private void operands(int opcode, int from, int depth) {
        for (int operands = (OpcodeTable.signature(opcode) & 0xFFFF) >>> 4 * from; operands != 0; operands >>>= 4) {
            int type = operands & 15;
            if (type == V128) {
                vector(depth - 1);
            } else {
                code.expression(type, depth - 1);
                code.sanitise(type);
            }
        }
    }

    private void fromVector(int type, int depth) {
        List<Integer> choices = VECTOR.get(type);
        vectorInstruction(choices.get(random.nextInt(choices.size())), depth);
    }

    /** A vector without NaNs in it, read as any shape of floats. */
    private void vector(int depth) {
        if (depth <= 0 || random.nextInt(3) == 0) {
            code.emit(random.nextBoolean() ? "local.get " + vector : "v128.const " + random.nextLong() + " " + random.nextLong());
        } else if (random.nextInt(6) == 0) {
            code.expression(I32, depth - 1);
            code.emit("i32.const 0x7FFF; i32.and; v128.load " + random.nextInt(5) + " " + random.nextInt(50));
        } else {
            List<Integer> choices = VECTOR.get(V128);
            vectorInstruction(choices.get(random.nextInt(choices.size())), depth);
        }
    }

    /** A NaN's bits are left open where an instruction computes with floats: such results become zero, and such operands. */
    private void vectorInstruction(int opcode, int depth) {
        String mnemonic = OpcodeTable.mnemonic(opcode);
        operands(opcode, 0, depth);
        code.emit(mnemonic + (OpcodeTable.immediates(opcode) == Opcodes.IMM_LANE ? " " + random.nextInt(OpcodeTable.argument(opcode)) : ""));
        boolean floats = mnemonic.startsWith("f32x4") || mnemonic.startsWith("f64x2");
        if (floats && OpcodeTable.signature(opcode) >>> 16 == V128) {
            String equal = mnemonic.substring(0, 5) + ".eq";
            code.emit("local.set " + vector + "; local.get " + vector + "; local.get " + vector + "; local.get " + vector
                    + "; " + equal + "; v128.and");
        }
    }
}
