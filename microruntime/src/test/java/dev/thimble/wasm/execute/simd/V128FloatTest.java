package dev.thimble.wasm.execute.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Float lanes and conversions, for every pair of a list of special and ordinary values. */
class V128FloatTest {
    private static final double[] VALUES = {0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 1e10, -1e10, 0x1p31, -0x1p31,
        0x1p32, 4294967295.0, 2147483647.0, 0x1p63, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, 16777217,
        Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 0.1, 3.7, -3.7};
    private static final int QUIET_32 = 0x7FC0_0000, SIGNALLING_32 = 0x7FA0_0000;
    private static final long QUIET_64 = 0x7FF8_0000_0000_0000L, SIGNALLING_64 = 0x7FF4_0000_0000_0000L;

    private final long[] s = new long[8];

    private void run(int opcode) {
        LaneModel.run(opcode, s, 6, 0, 2, 4);
    }

    private static long f32(double low, double high) {
        return Float.floatToRawIntBits((float) low) & 0xFFFF_FFFFL | (long) Float.floatToRawIntBits((float) high) << 32;
    }

    private static float lane(long half, int index) {
        return Float.intBitsToFloat((int) (half >>> 32 * index));
    }

    private void binary(int opcode32, int opcode64, DoubleBinaryOperator expected) {
        for (double x : VALUES) {
            for (double y : VALUES) {
                s[0] = Double.doubleToRawLongBits(x);
                s[1] = Double.doubleToRawLongBits(y);
                s[2] = s[1];
                s[3] = s[0];
                run(opcode64);
                assertEquals(expected.applyAsDouble(x, y), Double.longBitsToDouble(s[6]), OpcodeTable.mnemonic(opcode64));
                assertEquals(expected.applyAsDouble(y, x), Double.longBitsToDouble(s[7]), OpcodeTable.mnemonic(opcode64));
                s[0] = f32(x, y);
                s[1] = f32(y, y);
                s[2] = f32(y, x);
                s[3] = f32(x, x);
                run(opcode32);
                float a = (float) x, b = (float) y;
                // One operation in f64, rounded to f32, is exactly the operation in f32.
                assertEquals((float) expected.applyAsDouble(a, b), lane(s[6], 0), OpcodeTable.mnemonic(opcode32));
                assertEquals((float) expected.applyAsDouble(b, a), lane(s[6], 1), OpcodeTable.mnemonic(opcode32));
                assertEquals((float) expected.applyAsDouble(b, a), lane(s[7], 0), OpcodeTable.mnemonic(opcode32));
                assertEquals((float) expected.applyAsDouble(b, a), lane(s[7], 1), OpcodeTable.mnemonic(opcode32));
            }
        }
    }

    private void unary(int opcode32, int opcode64, DoubleUnaryOperator expected) {
        binary(opcode32, opcode64, (x, y) -> expected.applyAsDouble(x));
    }

    private static double round(double x, RoundingMode mode) {
        if (x != x || Double.isInfinite(x) || x == 0) {
            return x;
        }
        return Math.copySign(new BigDecimal(x).setScale(0, mode).doubleValue(), x);
    }

    @Test
    void arithmetic() {
        binary(Opcodes.F32X4_ADD, Opcodes.F64X2_ADD, Double::sum);
        binary(Opcodes.F32X4_SUB, Opcodes.F64X2_SUB, (x, y) -> x - y);
        binary(Opcodes.F32X4_MUL, Opcodes.F64X2_MUL, (x, y) -> x * y);
        binary(Opcodes.F32X4_DIV, Opcodes.F64X2_DIV, (x, y) -> x / y);
        unary(Opcodes.F32X4_SQRT, Opcodes.F64X2_SQRT, Math::sqrt);
        unary(Opcodes.F32X4_ABS, Opcodes.F64X2_ABS, Math::abs);
        unary(Opcodes.F32X4_NEG, Opcodes.F64X2_NEG, x -> -x);
    }

    @Test
    void minimumAndMaximum() {
        binary(Opcodes.F32X4_MIN, Opcodes.F64X2_MIN, Math::min);
        binary(Opcodes.F32X4_MAX, Opcodes.F64X2_MAX, Math::max);
        binary(Opcodes.F32X4_RELAXED_MIN, Opcodes.F64X2_RELAXED_MIN, Math::min);
        binary(Opcodes.F32X4_RELAXED_MAX, Opcodes.F64X2_RELAXED_MAX, Math::max);
        binary(Opcodes.F32X4_PMIN, Opcodes.F64X2_PMIN, (x, y) -> y < x ? y : x);
        binary(Opcodes.F32X4_PMAX, Opcodes.F64X2_PMAX, (x, y) -> x < y ? y : x);
    }

    @Test
    void roundingKeepsTheSignOfZero() {
        unary(Opcodes.F32X4_CEIL, Opcodes.F64X2_CEIL, x -> round(x, RoundingMode.CEILING));
        unary(Opcodes.F32X4_FLOOR, Opcodes.F64X2_FLOOR, x -> round(x, RoundingMode.FLOOR));
        unary(Opcodes.F32X4_TRUNC, Opcodes.F64X2_TRUNC, x -> round(x, RoundingMode.DOWN));
        unary(Opcodes.F32X4_NEAREST, Opcodes.F64X2_NEAREST, x -> round(x, RoundingMode.HALF_EVEN));
    }

    @Test
    void multiplyAddRoundsTwice() {
        s[0] = s[1] = f32(Float.MAX_VALUE, 3);
        s[2] = s[3] = f32(2, 5);
        s[4] = s[5] = f32(-Float.MAX_VALUE, 7);
        run(Opcodes.F32X4_RELAXED_MADD);
        assertEquals(f32(Float.POSITIVE_INFINITY, 22), s[6]);
        run(Opcodes.F32X4_RELAXED_NMADD);
        assertEquals(f32(Float.NEGATIVE_INFINITY, -8), s[7]);
        s[0] = s[2] = Double.doubleToRawLongBits(3);
        s[4] = Double.doubleToRawLongBits(-10);
        run(Opcodes.F64X2_RELAXED_MADD);
        assertEquals(-1, Double.longBitsToDouble(s[6]));
        run(Opcodes.F64X2_RELAXED_NMADD);
        assertEquals(-19, Double.longBitsToDouble(s[6]));
    }

    @Test
    void everyOperationQuietsNaN() {
        int[] arithmetic32 = {Opcodes.F32X4_ADD, Opcodes.F32X4_SUB, Opcodes.F32X4_MUL, Opcodes.F32X4_DIV,
            Opcodes.F32X4_MIN, Opcodes.F32X4_MAX, Opcodes.F32X4_SQRT, Opcodes.F32X4_CEIL, Opcodes.F32X4_FLOOR,
            Opcodes.F32X4_TRUNC, Opcodes.F32X4_NEAREST};
        int[] arithmetic64 = {Opcodes.F64X2_ADD, Opcodes.F64X2_SUB, Opcodes.F64X2_MUL, Opcodes.F64X2_DIV,
            Opcodes.F64X2_MIN, Opcodes.F64X2_MAX, Opcodes.F64X2_SQRT, Opcodes.F64X2_CEIL, Opcodes.F64X2_FLOOR,
            Opcodes.F64X2_TRUNC, Opcodes.F64X2_NEAREST};
        for (int opcode : arithmetic32) {
            s[0] = s[1] = SIGNALLING_32 | (long) QUIET_32 << 32;
            s[2] = s[3] = f32(1, 1);
            run(opcode);
            assertEquals(QUIET_32, (int) s[6] & QUIET_32, OpcodeTable.mnemonic(opcode));
            assertEquals(QUIET_32, (int) (s[6] >>> 32) & 0x7FFF_FFFF, OpcodeTable.mnemonic(opcode));
        }
        for (int opcode : arithmetic64) {
            s[0] = SIGNALLING_64;
            s[1] = QUIET_64;
            s[2] = s[3] = Double.doubleToRawLongBits(1);
            run(opcode);
            assertEquals(QUIET_64, s[6] & QUIET_64, OpcodeTable.mnemonic(opcode));
            assertEquals(QUIET_64, s[7] & Long.MAX_VALUE, OpcodeTable.mnemonic(opcode));
        }
    }

    @Test
    void comparisonsWithNaNAreFalseButNe() {
        for (double x : VALUES) {
            for (double y : VALUES) {
                boolean[] expected = {x == y, x != y, x < y, x > y, x <= y, x >= y};
                s[0] = Double.doubleToRawLongBits(x);
                s[2] = Double.doubleToRawLongBits(y);
                for (int i = 0; i < 6; i++) {
                    run(Opcodes.F64X2_EQ + i);
                    assertEquals(expected[i] ? -1 : 0, s[6]);
                }
                float a = (float) x, b = (float) y;
                boolean[] expected32 = {a == b, a != b, a < b, a > b, a <= b, a >= b};
                s[1] = f32(x, 1);
                s[3] = f32(y, 2);
                for (int i = 0; i < 6; i++) {
                    run(Opcodes.F32X4_EQ + i);
                    assertEquals(expected32[i] ? -1 : 0, (int) s[7]);
                    assertEquals(i == 1 || i == 2 || i == 4 ? -1 : 0, s[7] >> 32);
                }
            }
        }
    }

    @Test
    void conversionsSaturate() {
        for (double x : VALUES) {
            long unsigned = x > 0 ? (long) Math.min(x, 4294967295.0) : 0;
            s[0] = Double.doubleToRawLongBits(x);
            s[1] = Double.doubleToRawLongBits(-x);
            for (int opcode : new int[] {Opcodes.I32X4_TRUNC_SAT_F64X2_S_ZERO, Opcodes.I32X4_RELAXED_TRUNC_F64X2_S_ZERO}) {
                run(opcode);
                assertEquals((int) x, (int) s[6]);
                assertEquals((int) -x, (int) (s[6] >>> 32));
                assertEquals(0, s[7]);
                run(opcode + 1);
                assertEquals(unsigned, s[6] & 0xFFFF_FFFFL);
            }
            run(Opcodes.F32X4_DEMOTE_F64X2_ZERO);
            assertEquals((float) x, lane(s[6], 0));
            assertEquals(0, s[7]);
            s[0] = f32(x, -x);
            long unsigned32 = (float) x > 0 ? (long) Math.min((float) x, 4294967295.0) : 0;
            for (int opcode : new int[] {Opcodes.I32X4_TRUNC_SAT_F32X4_S, Opcodes.I32X4_RELAXED_TRUNC_F32X4_S}) {
                run(opcode);
                assertEquals((int) (float) x, (int) s[6]);
                assertEquals((int) (float) -x, (int) (s[6] >>> 32));
                run(opcode + 1);
                assertEquals(unsigned32, s[6] & 0xFFFF_FFFFL);
            }
            run(Opcodes.F64X2_PROMOTE_LOW_F32X4);
            assertEquals((float) x, Double.longBitsToDouble(s[6]));
            assertEquals(-(float) x, Double.longBitsToDouble(s[7]));
        }
        for (int x : new int[] {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 16777217}) {
            s[0] = x & 0xFFFF_FFFFL | 5L << 32;
            run(Opcodes.F32X4_CONVERT_I32X4_S);
            assertEquals(f32((float) x, 5), s[6]);
            run(Opcodes.F32X4_CONVERT_I32X4_U);
            assertEquals((float) (x & 0xFFFF_FFFFL), lane(s[6], 0));
            run(Opcodes.F64X2_CONVERT_LOW_I32X4_S);
            assertEquals(x, Double.longBitsToDouble(s[6]));
            assertEquals(5, Double.longBitsToDouble(s[7]));
            run(Opcodes.F64X2_CONVERT_LOW_I32X4_U);
            assertEquals(x & 0xFFFF_FFFFL, Double.longBitsToDouble(s[6]));
        }
        assertTrue(s[7] != 0);
    }
}
