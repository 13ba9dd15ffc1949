package dev.thimble.wasm.random;

import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random instructions by what they give, and constants among which the awkward ones are frequent. */
final class RandomChoice {
    private static final int I32 = Opcodes.I32, I64 = Opcodes.I64, F32 = Opcodes.F32, F64 = Opcodes.F64;
    /** For each type, the numeric instructions which give it, loads, and stores. */
    private static final List<List<Integer>> NUMERIC = new ArrayList<>();
    private static final List<List<Integer>> LOADS = new ArrayList<>();
    private static final List<Integer> STORES = new ArrayList<>();
    private static final long[] INTERESTING = {0, 1, -1, 2, 7, 31, 32, 63, 64, 127, 128, 255, 256, 32767, 65535, 65536, Integer.MAX_VALUE,
        Integer.MIN_VALUE, 0xFFFF_FFFFL, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final double[] REALS = {0, -0.0, 1, -1, 0.5, 1.5, -2.5, 1e10, -1e10, 2147483648.0, -2147483649.0, 4294967296.0, 1e300,
        Double.MIN_VALUE, Float.MIN_VALUE, 9.223372036854776E18, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN};

    static {
        for (int type = 0; type <= F64; type++) {
            NUMERIC.add(new ArrayList<>());
            LOADS.add(new ArrayList<>());
        }
        for (int opcode = Opcodes.I32_LOAD; opcode <= Opcodes.I64_STORE32; opcode++) {
            int result = OpcodeTable.signature(opcode) >>> 16;
            if (result == 0) {
                STORES.add(opcode);
            } else {
                LOADS.get(result).add(opcode);
            }
        }
        for (int opcode = Opcodes.I32_EQZ; opcode <= Opcodes.I64_EXTEND32_S; opcode++) {
            // The peer, Endive 1.2.0, rounds f32.convert_i64_u twice (seen with -6026082229202390908).
            if (opcode != Opcodes.F32_CONVERT_I64_U) {
                NUMERIC.get(OpcodeTable.signature(opcode) >>> 16).add(opcode);
            }
        }
        for (int opcode = Opcodes.I32_TRUNC_SAT_F32_S; opcode <= Opcodes.I64_TRUNC_SAT_F64_U; opcode++) {
            NUMERIC.get(OpcodeTable.signature(opcode) >>> 16).add(opcode);
        }
    }

    private RandomChoice() {
    }

    static int numeric(Random random, int type) {
        return any(random, NUMERIC.get(type));
    }

    static int load(Random random, int type) {
        return any(random, LOADS.get(type));
    }

    static int store(Random random) {
        return any(random, STORES);
    }

    private static int any(Random random, List<Integer> opcodes) {
        return opcodes.get(random.nextInt(opcodes.size()));
    }

    static String constant(Random random, int type) {
        long integer = random.nextInt(3) == 0 ? random.nextLong() : random.nextBoolean() ? random.nextInt(40) - 10
                : INTERESTING[random.nextInt(INTERESTING.length)];
        double real = random.nextBoolean() ? REALS[random.nextInt(REALS.length)] : random.nextGaussian() * Math.pow(10, random.nextInt(20) - 5);
        return switch (type) {
            case I32 -> "i32.const " + (int) integer;
            case I64 -> "i64.const " + integer;
            case F32 -> "f32.const " + (float) real;
            default -> "f64.const " + real;
        };
    }
}
