package dev.thimble.wasm.execute.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What moves bytes and lanes: bitwise operations, shuffles, splats, single lanes, loads and stores. */
class V128LanesTest {
    private static final V128Shuffle SHUFFLE = new V128Shuffle(6, 0, 2, 0x1F00_0103_1011_1213L, 0x0405_0607_0801_020AL);

    private final Random random = new Random(7);
    private final long[] s = new long[8];

    private void run(int opcode, int c) {
        LaneModel.run(opcode, s, 6, 0, 2, c);
    }

    private static byte[] bytes(long low, long high) {
        return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(low).putLong(high).array();
    }

    private byte[] result() {
        return bytes(s[6], s[7]);
    }

    @Test
    void bitwise() {
        LaneModel.fill(s, random);
        long a = s[0], b = s[2], c = s[5];
        run(Opcodes.V128_AND, 4);
        assertEquals(a & b, s[6]);
        run(Opcodes.V128_ANDNOT, 4);
        assertEquals(a & ~b, s[6]);
        run(Opcodes.V128_OR, 4);
        assertEquals(a | b, s[6]);
        run(Opcodes.V128_XOR, 4);
        assertEquals(a ^ b, s[6]);
        run(Opcodes.V128_NOT, 4);
        assertEquals(~a, s[6]);
        for (int select : new int[] {Opcodes.V128_BITSELECT, Opcodes.I8X16_RELAXED_LANESELECT,
            Opcodes.I64X2_RELAXED_LANESELECT}) {
            run(select, 4);
            assertEquals(s[1] & c | s[3] & ~c, s[7]);
        }
    }

    @Test
    void shuffleAndSwizzlePickBytes() {
        for (int round = 0; round < 200; round++) {
            LaneModel.fill(s, random);
            byte[] a = bytes(s[0], s[1]), b = bytes(s[2], s[3]), both = new byte[32], indices = new byte[16];
            System.arraycopy(a, 0, both, 0, 16);
            System.arraycopy(b, 0, both, 16, 16);
            byte[] shuffled = new byte[16], swizzled = new byte[16];
            for (int i = 0; i < 16; i++) {
                indices[i] = (byte) random.nextInt(32);
                shuffled[i] = both[indices[i]];
                swizzled[i] = (b[i] & 0xFF) < 16 ? a[b[i]] : 0;
            }
            ByteBuffer packed = ByteBuffer.wrap(indices).order(ByteOrder.LITTLE_ENDIAN);
            new V128Shuffle(6, 0, 2, packed.getLong(0), packed.getLong(8)).run(s);
            assertArrayEquals(shuffled, result());
            run(Opcodes.I8X16_SWIZZLE, 0);
            assertArrayEquals(swizzled, result());
            run(Opcodes.I8X16_RELAXED_SWIZZLE, 0);
            assertArrayEquals(swizzled, result());
        }
    }

    @Test
    void theResultMayReplaceAnOperand() {
        LaneModel.fill(s, random);
        long[] before = s.clone();
        V128.run(Opcodes.I8X16_NARROW_I16X8_S & 0xFFFF, before, 6, 0, 2, 0);
        V128.run(Opcodes.I8X16_NARROW_I16X8_S & 0xFFFF, s, 0, 0, 2, 0);
        assertEquals(before[6], s[0]);
        assertEquals(before[7], s[1]);
        V128.run(Opcodes.I64X2_EXTEND_HIGH_I32X4_U & 0xFFFF, before, 6, 2, 0, 0);
        V128.run(Opcodes.I64X2_EXTEND_HIGH_I32X4_U & 0xFFFF, s, 2, 2, 0, 0);
        assertEquals(before[6], s[2]);
        assertEquals(before[7], s[3]);
    }

    @Test
    void lanesAreSetAndReadInTheirWidth() {
        int[] splat = {Opcodes.I8X16_SPLAT, Opcodes.I16X8_SPLAT, Opcodes.I32X4_SPLAT, Opcodes.I64X2_SPLAT,
            Opcodes.F32X4_SPLAT, Opcodes.F64X2_SPLAT};
        int[] replace = {Opcodes.I8X16_REPLACE_LANE, Opcodes.I16X8_REPLACE_LANE, Opcodes.I32X4_REPLACE_LANE,
            Opcodes.I64X2_REPLACE_LANE, Opcodes.F32X4_REPLACE_LANE, Opcodes.F64X2_REPLACE_LANE};
        int[] extract = {Opcodes.I8X16_EXTRACT_LANE_S, Opcodes.I16X8_EXTRACT_LANE_S, Opcodes.I32X4_EXTRACT_LANE,
            Opcodes.I64X2_EXTRACT_LANE, Opcodes.F32X4_EXTRACT_LANE, Opcodes.F64X2_EXTRACT_LANE};
        int[] widths = {8, 16, 32, 64, 32, 64};
        for (int i = 0; i < widths.length; i++) {
            int w = widths[i];
            LaneModel.fill(s, random);
            s[0] |= 1L << 63;
            long[] model = LaneModel.lanes(s, 0, w);
            for (int lane = 0; lane < model.length; lane++) {
                assertEquals(model[lane], V128Extract.of(extract[i] & 0xFFFF, 0, lane).read(s));
                if (w < 32) {
                    assertEquals(LaneModel.unsigned(model[lane], w), V128Extract.of(extract[i] + 1 & 0xFFFF, 0, lane).read(s));
                }
                run(replace[i], lane);
                long[] replaced = model.clone();
                replaced[lane] = LaneModel.wrap(s[2], w);
                assertArrayEquals(replaced, LaneModel.lanes(s, 6, w));
            }
            V128Splat.of(splat[i] & 0xFFFF, 6, null).run(s, s[0]);
            for (long lane : LaneModel.lanes(s, 6, w)) {
                assertEquals(model[0], lane);
            }
        }
    }

    @Test
    void loadsExtendSplatAndFill() {
        byte[] m = new byte[64];
        random.nextBytes(m);
        ByteBuffer view = ByteBuffer.wrap(m).order(ByteOrder.LITTLE_ENDIAN);
        load(Opcodes.V128_LOAD, m, 3, 0);
        assertEquals(view.getLong(3), s[6]);
        assertEquals(view.getLong(11), s[7]);
        for (int i = 0; i < 3; i++) {
            int from = 8 << i;
            for (int variant = 0; variant < 2; variant++) {
                load(Opcodes.V128_LOAD8X8_S + 2 * i + variant, m, 5, 0);
                long[] source = LaneModel.lanes(new long[] {view.getLong(5), 0}, 0, from);
                long[] result = LaneModel.lanes(s, 6, 2 * from);
                for (int k = 0; k < result.length; k++) {
                    assertEquals(variant == 0 ? source[k] : LaneModel.unsigned(source[k], from), result[k]);
                }
            }
        }
        for (int i = 0; i < 4; i++) {
            int w = 8 << i;
            long value = LaneModel.wrap(view.getLong(9), w);
            load(Opcodes.V128_LOAD8_SPLAT + i, m, 9, 0);
            for (long lane : LaneModel.lanes(s, 6, w)) {
                assertEquals(value, lane);
            }
            int last = 128 / w - 1;
            load(Opcodes.V128_LOAD8_LANE + i, m, 9, last);
            assertEquals(value, LaneModel.lanes(s, 6, w)[last]);
            assertEquals(LaneModel.lanes(s, 0, w)[0], LaneModel.lanes(s, 6, w)[0]);
            byte[] before = m.clone();
            V128Memory.store(Opcodes.V128_STORE8_LANE + i & 0xFFFF, m, 40, s, 0, last);
            long stored = LaneModel.wrap(view.getLong(40), w);
            assertEquals(LaneModel.lanes(s, 0, w)[last], stored);
            for (int k = 0; k < m.length; k++) {
                assertEquals(k >= 40 && k < 40 + w / 8 ? m[k] : before[k], m[k]);
            }
        }
        load(Opcodes.V128_LOAD32_ZERO, m, 1, 0);
        assertEquals(view.getInt(1) & 0xFFFF_FFFFL, s[6]);
        assertEquals(0, s[7]);
        load(Opcodes.V128_LOAD64_ZERO, m, 1, 0);
        assertEquals(view.getLong(1), s[6]);
        V128Memory.store(Opcodes.V128_STORE & 0xFFFF, m, 17, s, 0, 0);
        assertEquals(s[0], view.getLong(17));
        assertEquals(s[1], view.getLong(25));
    }

    private void load(int opcode, byte[] m, int at, int lane) {
        V128Memory.load(opcode & 0xFFFF, m, at, s, 6, 0, lane);
    }

    @Test
    void accessesKnowTheirSize() {
        int[] sizes = {16, 8, 8, 8, 8, 8, 8, 1, 2, 4, 8, 16};
        for (int code = 0; code < sizes.length; code++) {
            assertEquals(sizes[code], V128Memory.bytes(code));
        }
        for (int i = 0; i < 4; i++) {
            assertEquals(1 << i, V128Memory.bytes(Opcodes.V128_LOAD8_LANE + i & 0xFFFF));
            assertEquals(1 << i, V128Memory.bytes(Opcodes.V128_STORE8_LANE + i & 0xFFFF));
        }
        assertEquals(4, V128Memory.bytes(Opcodes.V128_LOAD32_ZERO & 0xFFFF));
        assertEquals(8, V128Memory.bytes(Opcodes.V128_LOAD64_ZERO & 0xFFFF));
    }

    @Test
    void nothingIsAllocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] m = new byte[64];
        Runnable[] operations = operations(m);
        // The JVM itself allocates a little on this thread now and then; the operations would do it in every round.
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int round = 0; round < 50; round++) {
                for (int i = 0; i < operations.length; i++) {
                    operations[i].run();
                }
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }

    private Runnable[] operations(byte[] m) {
        List<Runnable> operations = new ArrayList<>();
        operations.add(() -> SHUFFLE.run(s));
        for (int code = 0; code <= 0x113; code++) {
            if (!OpcodeTable.mnemonic(0xFD << 16 | code).startsWith("0x")) {
                operations.add(operation(code, m));
            }
        }
        return operations.toArray(new Runnable[0]);
    }

    private Runnable operation(int code, byte[] m) {
        if (V128Memory.contains(code)) {
            return V128Memory.isStore(code) ? () -> V128Memory.store(code, m, 3, s, 0, 1)
                    : () -> V128Memory.load(code, m, 3, s, 2, 0, 1);
        }
        HalfOp op = HalfOp.of(code);
        if (op != null) {
            var halves = new V128Halves(op, 6, 0, 2);
            return () -> halves.run(s);
        }
        if (V128Shift.is(code)) {
            var shift = V128Shift.of(code, 6, 0, null);
            return () -> shift.run(s, 5);
        }
        boolean elsewhere = code < 0x23 && code != 0x0E && !OpcodeTable.mnemonic(0xFD << 16 | code).contains("replace");
        return elsewhere ? () -> { } : () -> V128.run(code, s, 6, 0, 2, code < 0x23 ? 1 : 4);
    }
}
