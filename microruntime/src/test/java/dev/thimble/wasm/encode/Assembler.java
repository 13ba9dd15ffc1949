package dev.thimble.wasm.encode;

import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Encodes instructions written as {@code mnemonic immediate …}, separated by semicolons. Types are written i32 … v128,
 * funcref, externref, anyref or {@code ref:N} and {@code null:N}; a block without type takes {@code -}, one of a
 * function type {@code type:N}. A memory argument is {@code align offset}, in log2 and bytes.
 */
public final class Assembler {
    private static final Map<String, Integer> OPCODES = new HashMap<>();
    private static final Map<String, int[]> TYPES = Map.ofEntries(Map.entry("i32", new int[] {0x7F}), Map.entry("i64", new int[] {0x7E}),
            Map.entry("f32", new int[] {0x7D}), Map.entry("f64", new int[] {0x7C}), Map.entry("v128", new int[] {0x7B}),
            Map.entry("funcref", new int[] {0x70}), Map.entry("externref", new int[] {0x6F}), Map.entry("anyref", new int[] {0x6E}),
            Map.entry("eqref", new int[] {0x6D}), Map.entry("i31ref", new int[] {0x6C}), Map.entry("exnref", new int[] {0x69}));

    static {
        try {
            for (Field field : Opcodes.class.getFields()) {
                if (field.getType() == int.class && !field.getName().startsWith("IMM_")) {
                    int code = field.getInt(null);
                    OPCODES.put(OpcodeTable.mnemonic(code), code);
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private final Deque<String> words = new ArrayDeque<>();
    private final Bytes out = new Bytes();

    private Assembler() {
    }

    /** The code without a final {@code end}. */
    public static Bytes code(String text) {
        Assembler assembler = new Assembler();
        for (String instruction : text.split(";")) {
            if (!instruction.isBlank()) {
                assembler.instruction(instruction.strip());
            }
        }
        return assembler.out;
    }

    /** A value type. */
    public static Bytes type(String text) {
        int[] bytes = TYPES.get(text);
        if (bytes != null) {
            return Bytes.of(bytes);
        }
        int colon = text.indexOf(':');
        return Bytes.of(text.startsWith("null") ? 0x63 : 0x64).raw(heap(text.substring(colon + 1)));
    }

    private static Bytes heap(String text) {
        int[] bytes = TYPES.get(text + "ref");
        return bytes != null ? Bytes.of(bytes) : new Bytes().signed(Long.parseLong(text));
    }

    private void instruction(String text) {
        words.clear();
        words.addAll(Arrays.asList(text.split(" +")));
        String mnemonic = words.remove();
        Integer opcode = OPCODES.get(mnemonic);
        if (opcode == null) {
            throw new IllegalArgumentException("no instruction " + mnemonic);
        }
        if (opcode > 0xFF) {
            out.raw(opcode >>> 16).u32(opcode & 0xFFFF);
        } else {
            out.raw(opcode);
        }
        immediates(OpcodeTable.immediates(opcode));
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("too many immediates: " + text);
        }
    }

    private void immediates(int kind) {
        switch (kind) {
            case Opcodes.IMM_BLOCKTYPE -> block(words.remove());
            case Opcodes.IMM_BLOCKTYPE_CATCHES -> {
                block(words.remove());
                int clauses = Integer.parseInt(words.remove());
                out.u32(clauses);
                for (int i = 0; i < clauses; i++) {
                    int clause = Integer.parseInt(words.remove());
                    out.raw(clause);
                    for (int left = clause < 2 ? 2 : 1; left > 0; left--) {
                        index();
                    }
                }
            }
            case Opcodes.IMM_LABELS -> {
                out.u32(words.size() - 1);
                while (!words.isEmpty()) {
                    index();
                }
            }
            case Opcodes.IMM_VALTYPES -> {
                out.u32(words.size());
                words.forEach(type -> out.raw(type(type)));
                words.clear();
            }
            case Opcodes.IMM_I32, Opcodes.IMM_I64 -> out.signed(Long.decode(words.remove()));
            case Opcodes.IMM_F32 -> out.little(Float.floatToRawIntBits(Float.parseFloat(words.remove())), 4);
            case Opcodes.IMM_F64 -> out.little(Double.doubleToRawLongBits(Double.parseDouble(words.remove())), 8);
            case Opcodes.IMM_V128 -> {
                out.little(Long.decode(words.remove()), 8);
                out.little(Long.decode(words.remove()), 8);
            }
            case Opcodes.IMM_HEAPTYPE -> out.raw(heap(words.remove()));
            case Opcodes.IMM_CASTFLAGS_LABEL_HEAPTYPE_HEAPTYPE -> {
                index();
                index();
                out.raw(heap(words.remove()));
                out.raw(heap(words.remove()));
            }
            default -> {
                while (!words.isEmpty()) {
                    index();
                }
            }
        }
    }

    private void block(String type) {
        if (type.equals("-")) {
            out.raw(0x40);
        } else if (type.startsWith("type:")) {
            out.signed(Long.parseLong(type.substring(5)));
        } else {
            out.raw(type(type));
        }
    }

    private void index() {
        out.u32(Long.decode(words.remove()));
    }
}
