package dev.thimble.wasm.translate;

import dev.thimble.wasm.encode.Bytes;
import dev.thimble.wasm.opcode.Opcodes;
import java.util.Arrays;

/**
 * A module that counts by itself what it runs: "instructions" in an exported global, and in another, "bulk", a unit for each 64 bytes that a
 * {@code memory.fill} or {@code memory.copy} is asked for.
 */
final class CountedModule {
    private static final int GLOBALS = 6, EXPORTS = 7, CODE = 10;
    private static final int HEADER = 8;

    private final byte[] wasm;
    private final CodeReader in;
    /** Index of the first global that is added; the third keeps a length for a moment. */
    private int instructions;
    private int bulk;
    private int length;

    private CountedModule(byte[] wasm) {
        this.wasm = wasm;
        in = new CodeReader(wasm, HEADER);
    }

    /** @param wasm with a section of globals, none of them imported, and one of exports */
    static byte[] of(byte[] wasm) {
        return new CountedModule(wasm).counted();
    }

    private byte[] counted() {
        Bytes out = copy(0, HEADER);
        while (in.position() < wasm.length) {
            int id = in.u8();
            int size = in.u32();
            int end = in.position() + size;
            out.raw(id).sized(switch (id) {
                case GLOBALS -> globals(end);
                case EXPORTS -> new Bytes().u32(in.u32() + 2).raw(copy(in.position(), end)).name("instructions").raw(3).u32(instructions)
                        .name("bulk").raw(3).u32(bulk);
                case CODE -> code();
                default -> copy(in.position(), end);
            });
            in.position(end);
        }
        return out.toArray();
    }

    private Bytes copy(int from, int to) {
        return new Bytes().raw(Arrays.copyOfRange(wasm, from, to));
    }

    private Bytes globals(int end) {
        instructions = in.u32();
        bulk = instructions + 1;
        length = bulk + 1;
        return new Bytes().u32(length + 1).raw(copy(in.position(), end)).raw(0x7E, 1, Opcodes.I64_CONST, 0, Opcodes.END)
                .raw(0x7E, 1, Opcodes.I64_CONST, 0, Opcodes.END).raw(0x7F, 1, Opcodes.I32_CONST, 0, Opcodes.END);
    }

    private Bytes code() {
        int count = in.u32();
        Bytes out = new Bytes().u32(count);
        for (int i = 0; i < count; i++) {
            int size = in.u32();
            out.sized(body(in.position() + size));
        }
        return out;
    }

    private Bytes body(int end) {
        int locals = in.position();
        for (int groups = in.u32(); groups > 0; groups--) {
            in.u32();
            in.valueType();
        }
        Bytes out = copy(locals, in.position());
        while (in.position() < end) {
            int from = in.position();
            int opcode = in.opcode();
            in.skipImmediates(opcode);
            switch (opcode) {
                case Opcodes.END, Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL, Opcodes.DELEGATE -> { }
                case Opcodes.MEMORY_FILL, Opcodes.MEMORY_COPY -> {
                    out.raw(Opcodes.GLOBAL_SET).u32(length);
                    add(out, bulk, new Bytes().raw(Opcodes.GLOBAL_GET).u32(length)
                            .raw(Opcodes.I64_EXTEND_I32_U, Opcodes.I64_CONST, 6, Opcodes.I64_SHR_U));
                    out.raw(Opcodes.GLOBAL_GET).u32(length);
                    add(out, instructions, new Bytes().raw(Opcodes.I64_CONST, 1));
                }
                default -> add(out, instructions, new Bytes().raw(Opcodes.I64_CONST, 1));
            }
            out.raw(copy(from, in.position()));
        }
        return out;
    }

    private static void add(Bytes out, int global, Bytes units) {
        out.raw(Opcodes.GLOBAL_GET).u32(global).raw(units).raw(Opcodes.I64_ADD, Opcodes.GLOBAL_SET).u32(global);
    }
}
