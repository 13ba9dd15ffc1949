package dev.thimble.wasm.debug;

import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.Immediates;
import dev.thimble.wasm.binary.NameSection;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.Module;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A function's code as text: a line for each instruction, with its offset in the binary, indented by its nesting. */
public final class Listing {
    private static final int DEEPEST_INDENT = 40;
    private static final String[] CATCHES = {"catch", "catch_ref", "catch_all", "catch_all_ref"};

    private final Module module;
    private final ByteReader in;
    private final List<String> lines = new ArrayList<>();
    private final List<Integer> callees = new ArrayList<>();
    private int nesting = 1;
    /** The index that was read last. */
    private int lastIndex;

    private Listing(Module module, int function) {
        this.module = module;
        in = new ByteReader(module.binary(), module.bodyStart(function), module.bodyEnd(function), "code");
    }

    /** @param function of the module itself, not imported */
    public static List<String> of(Module module, int function) {
        return new Listing(module, function).list(function);
    }

    private List<String> list(int function) {
        for (int groups = in.index(); groups > 0; groups--) {
            int at = in.position();
            int count = in.index();
            line(at, "local " + count + " × " + valueType());
        }
        while (!in.atEnd()) {
            int at = in.position();
            int opcode = in.opcode();
            switch (opcode) {
                case Opcodes.END, Opcodes.DELEGATE, Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL -> nesting--;
                default -> { }
            }
            int line = lines.size();
            line(at, OpcodeTable.mnemonic(opcode).replaceAll("_t$", "") + immediates(opcode));
            if (OpcodeTable.immediates(opcode) == Opcodes.IMM_FUNC) {
                callees.add(line);
                callees.add(lastIndex);
            }
            switch (opcode) {
                case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE, Opcodes.ELSE, Opcodes.CATCH,
                     Opcodes.CATCH_ALL -> nesting++;
                default -> { }
            }
        }
        nameCallees();
        return lines;
    }

    /** Takes a body's declarations of locals. */
    static void skipLocals(ByteReader in) {
        for (int groups = in.index(); groups > 0; groups--) {
            in.index();
            int code = in.u8();
            if (code == 0x63 || code == 0x64) {
                in.s33();
            }
        }
    }

    private void line(int at, String text) {
        lines.add(String.format("%08x  %s%s", at, "  ".repeat(Math.min(Math.max(nesting, 0), DEEPEST_INDENT)), text));
    }

    private void nameCallees() {
        Set<Integer> asked = new HashSet<>();
        for (int i = 1; i < callees.size(); i += 2) {
            asked.add(callees.get(i));
        }
        Map<Integer, String> names = NameSection.functionNames(module, asked);
        for (int i = 0; i < callees.size(); i += 2) {
            String name = names.get(callees.get(i + 1));
            if (name != null) {
                lines.set(callees.get(i), lines.get(callees.get(i)) + "  ;; " + ModuleSymbols.printable(name));
            }
        }
    }

    private String immediates(int opcode) {
        switch (OpcodeTable.immediates(opcode)) {
            case Opcodes.IMM_NONE:
                return "";
            case Opcodes.IMM_BLOCKTYPE:
                return blockType();
            case Opcodes.IMM_BLOCKTYPE_CATCHES:
                return blockType() + catches();
            case Opcodes.IMM_LABELS: {
                var text = new StringBuilder();
                for (int left = in.index(); left >= 0; left--) {
                    text.append(' ').append(index());
                }
                return text.toString();
            }
            case Opcodes.IMM_VALTYPES: {
                var text = new StringBuilder();
                for (int left = in.index(); left > 0; left--) {
                    text.append(' ').append(valueType());
                }
                return text.toString();
            }
            case Opcodes.IMM_MEMARG:
                return memoryArgument(opcode);
            case Opcodes.IMM_MEMARG_LANE:
                return memoryArgument(opcode) + " lane=" + in.u8();
            case Opcodes.IMM_LANE:
            case Opcodes.IMM_ZERO:
                return " " + in.u8();
            case Opcodes.IMM_I32:
                return " " + in.s32();
            case Opcodes.IMM_I64:
                return " " + in.s64();
            case Opcodes.IMM_F32:
                return " " + Float.intBitsToFloat(in.i32Bits());
            case Opcodes.IMM_F64:
                return " " + Double.longBitsToDouble(in.i64Bits());
            case Opcodes.IMM_V128:
            case Opcodes.IMM_LANES:
                return String.format(" i64x2 0x%016x 0x%016x", in.i64Bits(), in.i64Bits());
            case Opcodes.IMM_HEAPTYPE:
                return " " + heapType();
            case Opcodes.IMM_CASTFLAGS_LABEL_HEAPTYPE_HEAPTYPE: {
                int flags = in.u8();
                return " " + index() + ((flags & 1) != 0 ? " null " : " ") + heapType() + ((flags & 2) != 0 ? " null " : " ") + heapType();
            }
            default:
                return plain(opcode);
        }
    }

    /** One index or two. */
    private String plain(int opcode) {
        int start = in.position();
        Immediates.skip(in, opcode);
        int end = in.position();
        in.position(start);
        var text = new StringBuilder();
        while (in.position() < end) {
            text.append(' ').append(index());
        }
        return text.toString();
    }

    private String index() {
        lastIndex = in.u32();
        return Integer.toUnsignedString(lastIndex);
    }

    private String memoryArgument(int opcode) {
        int flags = in.u32();
        String memory = (flags & Immediates.MEMORY_INDEX) != 0 ? " memory=" + index() : "";
        long offset = in.u64();
        int alignment = flags & ~Immediates.MEMORY_INDEX;
        return memory + (offset != 0 ? " offset=" + Long.toUnsignedString(offset) : "")
                + (alignment != OpcodeTable.argument(opcode) ? " align=" + (1L << alignment) : "");
    }

    private String blockType() {
        int code = in.peek();
        if (code == 0x40) {
            in.u8();
            return "";
        }
        return code > 0x40 && code < 0x80 ? " " + valueType() : " type " + in.s33();
    }

    private String catches() {
        var text = new StringBuilder();
        for (int left = in.index(); left > 0; left--) {
            int kind = in.u8();
            text.append(" (").append(CATCHES[kind & 3]).append(kind < 2 ? " " + index() : "").append(' ').append(index()).append(')');
        }
        return text.toString();
    }

    private String valueType() {
        int code = in.u8();
        return switch (code) {
            case 0x7F -> "i32";
            case 0x7E -> "i64";
            case 0x7D -> "f32";
            case 0x7C -> "f64";
            case 0x7B -> "v128";
            case 0x63 -> "(ref null " + heapType() + ")";
            case 0x64 -> "(ref " + heapType() + ")";
            default -> abstractHeap(code) + "ref";
        };
    }

    private String heapType() {
        long code = in.s33();
        return code >= 0 ? Long.toString(code) : abstractHeap((int) code & 0x7F);
    }

    private static String abstractHeap(int code) {
        return switch (code) {
            case 0x70 -> "func";
            case 0x73 -> "nofunc";
            case 0x6F -> "extern";
            case 0x72 -> "noextern";
            case 0x6E -> "any";
            case 0x6D -> "eq";
            case 0x6C -> "i31";
            case 0x6B -> "struct";
            case 0x6A -> "array";
            case 0x71 -> "none";
            case 0x69 -> "exn";
            case 0x74 -> "noexn";
            default -> "0x" + Integer.toHexString(code);
        };
    }
}
