package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.opcode.Opcodes;

/**
 * Loads and stores of any memory: beside memory 0, with 64-bit addresses, shared, with offsets from 2 GiB up, and all
 * of them on a JVM that only interprets, where a handle's access costs microseconds and single bytes less.
 */
public final class GeneralMemory {
    private static final boolean INTERPRETED = System.getProperty("java.vm.info", "").startsWith("interpreted");

    private GeneralMemory() {
    }

    /** Whether an access must go this way and not the fast one of {@code Nodes.load} and {@code Nodes.store}. */
    public static boolean needed(int memory, MemoryType type, long offset) {
        return INTERPRETED || memory != 0 || type.memory64() || type.shared() || offset < 0 || offset > Integer.MAX_VALUE;
    }

    /** Any load; its result as the type that the opcode says. */
    public record Load(int opcode, Address address, Node operand) implements Node {
        @Override
        public int execI(Frame f) {
            return (int) bits(f);
        }

        @Override
        public long execL(Frame f) {
            return bits(f);
        }

        @Override
        public float execF(Frame f) {
            return Float.intBitsToFloat((int) bits(f));
        }

        @Override
        public double execD(Frame f) {
            return Double.longBitsToDouble(bits(f));
        }

        @Override
        public long bits(Frame f) {
            long at = operand.bits(f);
            Memory memory = address.memory(f);
            switch (opcode) {
                case Opcodes.I32_LOAD8_S: return (byte) read(memory, at, 1);
                case Opcodes.I32_LOAD8_U: return read(memory, at, 1);
                case Opcodes.I32_LOAD16_S:
                case Opcodes.I64_LOAD16_S: return (short) read(memory, at, 2);
                case Opcodes.I32_LOAD16_U: return read(memory, at, 2);
                case Opcodes.I64_LOAD:
                case Opcodes.F64_LOAD: return read(memory, at, 8);
                default: return (int) read(memory, at, 4);
            }
        }

        private long read(Memory memory, long operand, int bytes) {
            int at = address.effective(memory, operand, bytes);
            byte[] m = memory.array();
            long value = 0;
            for (int i = bytes - 1; i >= 0; i--) {
                value = value << 8 | m[at + i] & 0xFF;
            }
            return value;
        }
    }

    /** Any store. */
    public record Store(int opcode, Address address, Node operand, Node value) implements Stmt {
        @Override
        public int exec(Frame f) {
            long at = operand.bits(f);
            long bits = value.bits(f);
            int bytes = bytes();
            Memory memory = address.memory(f);
            int from = address.effective(memory, at, bytes);
            if (memory.isShared()) {
                synchronized (memory) {
                    write(memory.array(), from, bits, bytes);
                }
            } else {
                write(memory.array(), from, bits, bytes);
            }
            return NEXT;
        }

        private static void write(byte[] m, int from, long bits, int bytes) {
            for (int i = 0; i < bytes; i++) {
                m[from + i] = (byte) (bits >>> 8 * i);
            }
        }

        private int bytes() {
            switch (opcode) {
                case Opcodes.I32_STORE8: return 1;
                case Opcodes.I32_STORE16: return 2;
                case Opcodes.I64_STORE:
                case Opcodes.F64_STORE: return 8;
                default: return 4;
            }
        }
    }
}
