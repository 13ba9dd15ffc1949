package dev.thimble.wasm.execute.simd;

import static dev.thimble.wasm.execute.simd.LaneModel.lanes;
import static dev.thimble.wasm.execute.simd.LaneModel.map;
import static dev.thimble.wasm.execute.simd.LaneModel.saturate;
import static dev.thimble.wasm.execute.simd.LaneModel.unsigned;
import static dev.thimble.wasm.execute.simd.LaneModel.wrap;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import java.util.Random;
import java.util.function.LongBinaryOperator;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

/** Integer lanes against a lane-by-lane model, on random vectors rich in corner values. */
class V128IntegerTest {
    private static final int ROUNDS = 300;
    private static final int A = 0, B = 2, C = 4, D = 6;

    private final Random random = new Random(20260101);
    private final long[] s = new long[8];

    private void run(int opcode, int lane) {
        LaneModel.run(opcode, s, D, A, B, lane);
    }

    private void binary(int opcode, int width, LongBinaryOperator expected) {
        for (int i = 0; i < ROUNDS; i++) {
            LaneModel.fill(s, random);
            run(opcode, C);
            assertArrayEquals(map(lanes(s, A, width), lanes(s, B, width), width, expected), lanes(s, D, width),
                    () -> OpcodeTable.mnemonic(opcode));
        }
    }

    private static LongBinaryOperator mask(int width, boolean signed, LongPredicate holds) {
        return (x, y) -> holds.test(signed ? Long.compare(x, y)
                : Long.compareUnsigned(unsigned(x, width), unsigned(y, width))) ? -1 : 0;
    }

    @Test
    void additionSubtractionAndMultiplicationWrap() {
        int[] add = {Opcodes.I8X16_ADD, Opcodes.I16X8_ADD, Opcodes.I32X4_ADD, Opcodes.I64X2_ADD};
        int[] sub = {Opcodes.I8X16_SUB, Opcodes.I16X8_SUB, Opcodes.I32X4_SUB, Opcodes.I64X2_SUB};
        int[] neg = {Opcodes.I8X16_NEG, Opcodes.I16X8_NEG, Opcodes.I32X4_NEG, Opcodes.I64X2_NEG};
        int[] abs = {Opcodes.I8X16_ABS, Opcodes.I16X8_ABS, Opcodes.I32X4_ABS, Opcodes.I64X2_ABS};
        for (int i = 0; i < 4; i++) {
            binary(add[i], 8 << i, Long::sum);
            binary(sub[i], 8 << i, (x, y) -> x - y);
            binary(neg[i], 8 << i, (x, y) -> -x);
            binary(abs[i], 8 << i, (x, y) -> Math.abs(x));
        }
        binary(Opcodes.I16X8_MUL, 16, (x, y) -> x * y);
        binary(Opcodes.I32X4_MUL, 32, (x, y) -> x * y);
        binary(Opcodes.I64X2_MUL, 64, (x, y) -> x * y);
        binary(Opcodes.I8X16_POPCNT, 8, (x, y) -> Long.bitCount(x & 0xFF));
    }

    @Test
    void saturatingOperationsStopAtTheLimits() {
        int[] addS = {Opcodes.I8X16_ADD_SAT_S, Opcodes.I16X8_ADD_SAT_S};
        int[] addU = {Opcodes.I8X16_ADD_SAT_U, Opcodes.I16X8_ADD_SAT_U};
        int[] subS = {Opcodes.I8X16_SUB_SAT_S, Opcodes.I16X8_SUB_SAT_S};
        int[] subU = {Opcodes.I8X16_SUB_SAT_U, Opcodes.I16X8_SUB_SAT_U};
        int[] average = {Opcodes.I8X16_AVGR_U, Opcodes.I16X8_AVGR_U};
        for (int i = 0; i < 2; i++) {
            int w = 8 << i;
            long min = -1L << w - 1, max = ~min, all = (1L << w) - 1;
            binary(addS[i], w, (x, y) -> saturate(x + y, min, max));
            binary(addU[i], w, (x, y) -> saturate(unsigned(x, w) + unsigned(y, w), 0, all));
            binary(subS[i], w, (x, y) -> saturate(x - y, min, max));
            binary(subU[i], w, (x, y) -> saturate(unsigned(x, w) - unsigned(y, w), 0, all));
            binary(average[i], w, (x, y) -> unsigned(x, w) + unsigned(y, w) + 1 >> 1);
        }
        LongBinaryOperator q15 = (x, y) -> saturate(x * y + 0x4000 >> 15, Short.MIN_VALUE, Short.MAX_VALUE);
        binary(Opcodes.I16X8_Q15MULR_SAT_S, 16, q15);
        binary(Opcodes.I16X8_RELAXED_Q15MULR_S, 16, q15);
    }

    @Test
    void minimumAndMaximum() {
        int[][] opcodes = {
            {Opcodes.I8X16_MIN_S, Opcodes.I8X16_MIN_U, Opcodes.I8X16_MAX_S, Opcodes.I8X16_MAX_U},
            {Opcodes.I16X8_MIN_S, Opcodes.I16X8_MIN_U, Opcodes.I16X8_MAX_S, Opcodes.I16X8_MAX_U},
            {Opcodes.I32X4_MIN_S, Opcodes.I32X4_MIN_U, Opcodes.I32X4_MAX_S, Opcodes.I32X4_MAX_U}};
        for (int i = 0; i < opcodes.length; i++) {
            int w = 8 << i;
            binary(opcodes[i][0], w, Math::min);
            binary(opcodes[i][1], w, (x, y) -> Math.min(unsigned(x, w), unsigned(y, w)));
            binary(opcodes[i][2], w, Math::max);
            binary(opcodes[i][3], w, (x, y) -> Math.max(unsigned(x, w), unsigned(y, w)));
        }
    }

    @Test
    void comparisonsFillLanesWithOnes() {
        int[] first = {Opcodes.I8X16_EQ, Opcodes.I16X8_EQ, Opcodes.I32X4_EQ};
        for (int i = 0; i < first.length; i++) {
            int w = 8 << i;
            binary(first[i], w, mask(w, true, c -> c == 0));
            binary(first[i] + 1, w, mask(w, true, c -> c != 0));
            for (int unsigned = 0; unsigned < 2; unsigned++) {
                binary(first[i] + 2 + unsigned, w, mask(w, unsigned == 0, c -> c < 0));
                binary(first[i] + 4 + unsigned, w, mask(w, unsigned == 0, c -> c > 0));
                binary(first[i] + 6 + unsigned, w, mask(w, unsigned == 0, c -> c <= 0));
                binary(first[i] + 8 + unsigned, w, mask(w, unsigned == 0, c -> c >= 0));
            }
        }
        binary(Opcodes.I64X2_EQ, 64, mask(64, true, c -> c == 0));
        binary(Opcodes.I64X2_NE, 64, mask(64, true, c -> c != 0));
        binary(Opcodes.I64X2_LT_S, 64, mask(64, true, c -> c < 0));
        binary(Opcodes.I64X2_GT_S, 64, mask(64, true, c -> c > 0));
        binary(Opcodes.I64X2_LE_S, 64, mask(64, true, c -> c <= 0));
        binary(Opcodes.I64X2_GE_S, 64, mask(64, true, c -> c >= 0));
    }

    @Test
    void shiftCountsAreTakenModuloTheLaneWidth() {
        int[] shl = {Opcodes.I8X16_SHL, Opcodes.I16X8_SHL, Opcodes.I32X4_SHL, Opcodes.I64X2_SHL};
        for (int i = 0; i < 4; i++) {
            int w = 8 << i;
            for (int round = 0; round < ROUNDS; round++) {
                LaneModel.fill(s, random);
                long[] x = lanes(s, A, w);
                int k = (int) s[B] & w - 1;
                run(shl[i], 0);
                assertArrayEquals(map(x, x, w, (v, y) -> v << k), lanes(s, D, w));
                run(shl[i] + 1, 0);
                assertArrayEquals(map(x, x, w, (v, y) -> v >> k), lanes(s, D, w));
                run(shl[i] + 2, 0);
                assertArrayEquals(map(x, x, w, (v, y) -> unsigned(v, w) >>> k), lanes(s, D, w));
            }
        }
    }

    @Test
    void narrowingSaturatesAndWideningExtends() {
        int[] narrow = {Opcodes.I8X16_NARROW_I16X8_S, Opcodes.I16X8_NARROW_I32X4_S};
        int[] extend = {Opcodes.I16X8_EXTEND_LOW_I8X16_S, Opcodes.I32X4_EXTEND_LOW_I16X8_S, Opcodes.I64X2_EXTEND_LOW_I32X4_S};
        int[] multiply = {Opcodes.I16X8_EXTMUL_LOW_I8X16_S, Opcodes.I32X4_EXTMUL_LOW_I16X8_S, Opcodes.I64X2_EXTMUL_LOW_I32X4_S};
        int[] pairs = {Opcodes.I16X8_EXTADD_PAIRWISE_I8X16_S, Opcodes.I32X4_EXTADD_PAIRWISE_I16X8_S};
        for (int round = 0; round < ROUNDS; round++) {
            LaneModel.fill(s, random);
            for (int i = 0; i < 3; i++) {
                int from = 8 << i, to = 2 * from, n = 128 / to;
                long[] x = lanes(s, A, from), y = lanes(s, B, from);
                for (int variant = 0; variant < 4; variant++) {
                    boolean signed = variant < 2;
                    int first = variant % 2 * n;
                    run(extend[i] + variant, 0);
                    for (int k = 0; k < n; k++) {
                        assertEquals(lane(x[first + k], from, signed), lanes(s, D, to)[k]);
                    }
                    run(multiply[i] + variant, 0);
                    for (int k = 0; k < n; k++) {
                        long product = lane(x[first + k], from, signed) * lane(y[first + k], from, signed);
                        assertEquals(wrap(product, to), lanes(s, D, to)[k]);
                    }
                }
                for (int variant = 0; i < 2 && variant < 2; variant++) {
                    boolean signed = variant == 0;
                    run(pairs[i] + variant, 0);
                    for (int k = 0; k < n; k++) {
                        long sum = lane(x[2 * k], from, signed) + lane(x[2 * k + 1], from, signed);
                        assertEquals(wrap(sum, to), lanes(s, D, to)[k]);
                    }
                    long[] wide = lanes(s, A, to), second = lanes(s, B, to);
                    long min = signed ? -1L << from - 1 : 0, max = signed ? ~min : (1L << from) - 1;
                    run(narrow[i] + variant, 0);
                    for (int k = 0; k < 2 * n; k++) {
                        long source = k < n ? wide[k] : second[k - n];
                        assertEquals(wrap(saturate(source, min, max), from), lanes(s, D, from)[k]);
                    }
                }
            }
        }
    }

    private static long lane(long value, int width, boolean signed) {
        return signed ? value : unsigned(value, width);
    }

    @Test
    void dotProductsAddNeighbours() {
        for (int round = 0; round < ROUNDS; round++) {
            LaneModel.fill(s, random);
            long[] x = lanes(s, A, 16), y = lanes(s, B, 16);
            run(Opcodes.I32X4_DOT_I16X8_S, 0);
            for (int k = 0; k < 4; k++) {
                assertEquals((int) (x[2 * k] * y[2 * k] + x[2 * k + 1] * y[2 * k + 1]), lanes(s, D, 32)[k]);
            }
            x = lanes(s, A, 8);
            y = lanes(s, B, 8);
            long[] sums = lanes(s, C, 32);
            run(Opcodes.I16X8_RELAXED_DOT_I8X16_I7X16_S, 0);
            long[] pairs = lanes(s, D, 16);
            for (int k = 0; k < 8; k++) {
                assertEquals((short) (x[2 * k] * y[2 * k] + x[2 * k + 1] * y[2 * k + 1]), pairs[k]);
            }
            run(Opcodes.I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S, C);
            for (int k = 0; k < 4; k++) {
                assertEquals((int) (pairs[2 * k] + pairs[2 * k + 1] + sums[k]), lanes(s, D, 32)[k]);
            }
        }
    }

    @Test
    void lanesAreTestedAndGathered() {
        int[] allTrue = {Opcodes.I8X16_ALL_TRUE, Opcodes.I16X8_ALL_TRUE, Opcodes.I32X4_ALL_TRUE, Opcodes.I64X2_ALL_TRUE};
        for (int round = 0; round < ROUNDS; round++) {
            LaneModel.fill(s, random);
            for (int i = 0; i < 4; i++) {
                boolean all = true;
                long mask = 0;
                long[] x = lanes(s, A, 8 << i);
                for (int k = 0; k < x.length; k++) {
                    all &= x[k] != 0;
                    mask |= x[k] < 0 ? 1L << k : 0;
                }
                run(allTrue[i], 0);
                assertEquals(all ? 1 : 0, s[D]);
                run(allTrue[i] + 1, 0);
                assertEquals(mask, s[D]);
            }
            run(Opcodes.V128_ANY_TRUE, 0);
            assertEquals((s[A] | s[A + 1]) == 0 ? 0 : 1, s[D]);
        }
        s[A] = 0;
        s[A + 1] = 0;
        run(Opcodes.V128_ANY_TRUE, 0);
        assertEquals(0, s[D]);
    }
}
