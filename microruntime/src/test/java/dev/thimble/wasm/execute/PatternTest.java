package dev.thimble.wasm.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.validate.ModuleValidator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pattern does what the plain node does, on random and on extreme operands. */
class PatternTest {
    private static final Map<String, Integer> CODES = new HashMap<>();
    private static final long[] EXTREMES = {0, 1, -1, 31, 32, 63, 64, Integer.MIN_VALUE, Integer.MAX_VALUE,
        Long.MIN_VALUE, Long.MAX_VALUE, 0xFFFF_FFFFL, 0x8000_0000L, Double.doubleToRawLongBits(Double.NaN),
        Double.doubleToRawLongBits(-0.0), Double.doubleToRawLongBits(1.5), Float.floatToRawIntBits(-1.5f)};
    private static final int SIZE = 1 << 16;

    static {
        for (int code = 0; code < 0x100; code++) {
            CODES.put(OpcodeTable.mnemonic(code), code);
        }
    }

    private final Random random = new Random(1);
    private final Frame plainFrame = frame();
    private final Frame frame = frame();

    private static Frame frame() {
        var instance = new ModuleInstance(ModuleValidator.parse(new Wasm().memory(1).toArray(), Limits.DEFAULT),
                new Meter(Long.MAX_VALUE, 10), offsets -> List.of(), null);
        instance.memory = new Memory(MemoryType.of(1, 1));
        for (int i = 0; i < SIZE; i++) {
            instance.memory.array()[i] = (byte) (i * 31 + (i >> 8));
        }
        return new Frame(instance);
    }

    static Iterable<String> patterns() {
        return Patterns.names();
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void meansWhatThePlainNodesMean(String name) {
        String mnemonic = name.substring(0, name.indexOf(':'));
        String shape = name.substring(name.indexOf(':') + 1);
        Integer opcode = CODES.get(mnemonic);
        assertNotNull(opcode, mnemonic);
        for (int i = 0; i < 300; i++) {
            long a = value(i, i % EXTREMES.length);
            long b = value(i, i / EXTREMES.length % EXTREMES.length);
            boolean access = mnemonic.contains(".load") || mnemonic.contains(".store");
            if (access) {
                a = i % 10 == 0 ? a : random.nextInt(SIZE + 4);
            }
            check(name, opcode, shape, a, b, access);
        }
    }

    private long value(int i, int extreme) {
        return i < EXTREMES.length * EXTREMES.length ? EXTREMES[extreme] : random.nextLong();
    }

    private void check(String name, int opcode, String shape, long a, long b, boolean access) {
        int signature = OpcodeTable.signature(opcode);
        int first = signature & 15;
        int second = signature >> 4 & 15;
        for (Frame f : new Frame[] {plainFrame, frame}) {
            f.slots[3] = a;
            f.slots[5] = b;
        }
        int type = first > 4 ? Opcodes.I32 : first;
        // What is no local and no constant for a pattern is an expression, here one that reads a local all the same.
        Node left = operand(shape.charAt(0), type, 3, a);
        Node right = second == 0 ? null : operand(shape.length() > 1 ? shape.charAt(1) : 'N', second, 5, b);
        int offset = access ? random.nextInt(12) : 0;
        Object fused = make(opcode, left, right, offset, Patterns.only(name));
        Object plain = make(opcode, left, right, offset, Patterns.NONE);
        assertNotEquals(plain.getClass(), fused.getClass(), "the pattern applies");
        int result = signature >> 16 & 15;
        assertEquals(anyNan(run(plain, plainFrame), result), anyNan(run(fused, frame), result), () -> name + " of " + a + " and " + b);
        if (access) {
            assertEquals(0, java.util.Arrays.mismatch(plainFrame.memory, frame.memory) + 1, name);
        }
    }

    private static Node operand(char letter, int type, int slot, long bits) {
        Node local = new Slots.Local(slot);
        return switch (letter) {
            case 'L' -> local;
            case 'C' -> new Slots.Constant(bits);
            default -> new Control.Select(local, local, new Slots.Constant(1));
        };
    }

    private static Object make(int opcode, Node a, Node b, int offset, Patterns patterns) {
        String mnemonic = OpcodeTable.mnemonic(opcode);
        if (mnemonic.contains(".store")) {
            return Nodes.store(opcode, a, b, offset, patterns);
        }
        if (mnemonic.contains(".load")) {
            return Nodes.load(opcode, a, offset, patterns);
        }
        return b == null ? Nodes.unary(opcode, a, 7, patterns) : Nodes.binary(opcode, a, b, 7, patterns);
    }

    /** Which NaN a sum of two has depends on registers, and the specification leaves it open. */
    private static Object anyNan(Object value, int type) {
        return type == Opcodes.F64 && value instanceof Long bits && Double.isNaN(Double.longBitsToDouble(bits)) ? "NaN" : value;
    }

    private static Object run(Object made, Frame f) {
        Supplier<Object> work = () -> made instanceof Stmt s ? s.exec(f) : ((Node) made).bits(f);
        try {
            return work.get();
        } catch (Trap t) {
            return t.kind();
        } catch (IndexOutOfBoundsException e) {
            return "outside";
        }
    }
}
