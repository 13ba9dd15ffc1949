import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Turns the opcode table into the package {@code dev.thimble.wasm.opcode}: {@code Opcodes}, constants for every instruction, of which
 * the compiler makes no class, and {@code OpcodeTable}, packed lookup tables. Run by the build in source-launcher mode:
 * {@code OpcodesGenerator TABLE CONSTANTS_DIRECTORY OUTPUT_DIRECTORY}. A file is left alone when nothing changed, so that an incremental
 * build compiles nothing.
 */
public final class OpcodesGenerator {
    private record Row(int code, String mnemonic, String immediates, int argument, int signature, String feature) {
        String constant() {
            return mnemonic.replace('.', '_').toUpperCase(Locale.ROOT);
        }
    }

    /** First index of each prefix in the packed tables; the code-free table in OpcodeTable.index must agree. */
    private static final int[][] REGIONS = {{0x00, 0, 256}, {0xFB, 256, 32}, {0xFC, 288, 32}, {0xFD, 320, 288}, {0xFE, 608, 80}};
    private static final int SIZE = 688;
    private static final List<String> TYPES = List.of("", "i32", "i64", "f32", "f64", "v128", "a");

    public static void main(String[] arguments) throws IOException {
        List<Row> rows = read(Path.of(arguments[0]));
        generate(rows, Path.of(arguments[1], "dev/thimble/wasm/opcode/Opcodes.java"),
                Path.of(arguments[2], "dev/thimble/wasm/opcode/OpcodeTable.java"));
    }

    private static void write(Path file, String source) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(source)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, source);
        }
    }

    private static List<Row> read(Path table) throws IOException {
        List<Row> rows = new ArrayList<>();
        Map<Integer, String> codes = new LinkedHashMap<>();
        for (String line : Files.readAllLines(table)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\t");
            if (cells.length != 5) {
                throw new IllegalArgumentException("expected 5 cells: " + line);
            }
            int code = Integer.parseInt(cells[0], 16);
            if (codes.put(code, cells[1]) != null) {
                throw new IllegalArgumentException("code listed twice: " + line);
            }
            index(code);
            rows.add(new Row(code, cells[1], immediates(cells[2]), argument(cells[2]), signature(cells[3]), cells[4]));
        }
        return rows;
    }

    private static String immediates(String cell) {
        return cell.equals("-") ? "NONE" : cell.replaceAll(":\\d+", "").replace(' ', '_').toUpperCase(Locale.ROOT);
    }

    private static int argument(String cell) {
        int colon = cell.indexOf(':');
        return colon < 0 ? 0 : Integer.parseInt(cell.substring(colon + 1).split(" ")[0]);
    }

    private static int signature(String cell) {
        if (cell.equals("*")) {
            return -1;
        }
        String[] sides = (" " + cell + " ").split("->", -1);
        return pack(sides[0], 4) | pack(sides[1], 2) << 16;
    }

    private static int pack(String side, int most) {
        int packed = 0;
        int count = 0;
        for (String type : side.strip().split(" +")) {
            int code = TYPES.indexOf(type);
            if (code < 0 || count == most) {
                throw new IllegalArgumentException("bad signature: " + side);
            }
            packed |= code << 4 * count++;
        }
        return packed;
    }

    private static int index(int code) {
        for (int[] region : REGIONS) {
            if (code >>> 16 == region[0] && (code & 0xFFFF) < region[2]) {
                return region[1] + (code & 0xFFFF);
            }
        }
        throw new IllegalArgumentException("code outside every region: " + Integer.toHexString(code));
    }

    private static void generate(List<Row> rows, Path constantsFile, Path tableFile) throws IOException {
        List<String> kinds = new ArrayList<>(List.of("UNKNOWN", "NONE"));
        List<String> features = new ArrayList<>();
        StringBuilder constants = new StringBuilder();
        char[] signatures = new char[2 * SIZE];
        char[] immediates = new char[SIZE];
        char[] arguments = new char[SIZE];
        char[] featureOf = new char[SIZE];
        String[] mnemonics = new String[SIZE];
        for (Row row : rows) {
            if (!kinds.contains(row.immediates)) {
                kinds.add(row.immediates);
            }
            if (!features.contains(row.feature)) {
                features.add(row.feature);
            }
            int index = index(row.code);
            signatures[2 * index] = (char) (row.signature >>> 16);
            signatures[2 * index + 1] = (char) row.signature;
            immediates[index] = (char) kinds.indexOf(row.immediates);
            arguments[index] = (char) row.argument;
            featureOf[index] = (char) features.indexOf(row.feature);
            mnemonics[index] = row.mnemonic;
            constants.append("    /** {@code ").append(row.mnemonic).append("} */\n    public static final int ")
                    .append(row.constant()).append(" = 0x").append(String.format("%02X", row.code)).append(";\n");
        }
        StringBuilder kindConstants = new StringBuilder();
        for (int k = 0; k < kinds.size(); k++) {
            kindConstants.append("    /** Immediates kind. */\n    public static final int IMM_").append(kinds.get(k))
                    .append(" = ").append(k).append(";\n");
        }
        StringBuilder names = new StringBuilder();
        for (String mnemonic : mnemonics) {
            names.append(mnemonic == null ? "" : mnemonic).append(' ');
        }
        write(constantsFile, CONSTANTS.replace("@CONSTANTS@", constants).replace("@KINDS@", kindConstants));
        write(tableFile, TABLE.replace("@SIGNATURES@", literal(signatures)).replace("@IMMEDIATES@", literal(immediates))
                .replace("@ARGUMENTS@", literal(arguments)).replace("@FEATURE_OF@", literal(featureOf))
                .replace("@MNEMONICS@", names.toString()).replace("@FEATURES@", String.join(" ", features)));
    }

    private static String literal(char[] values) {
        StringBuilder text = new StringBuilder();
        for (char value : values) {
            text.append(value < 256 ? String.format("\\%03o", (int) value) : String.format("\\u%04X", (int) value));
        }
        return text.toString();
    }

    private static final String CONSTANTS = """
            package dev.thimble.wasm.opcode;

            /**
             * The opcode table as constants. Generated from {@code src/main/opcodes/opcodes.tsv}; edit that file.
             * A prefixed instruction is {@code prefix << 16 | sub-opcode}, for example {@code 0xFC0008}. Nothing but constants may stand
             * here: the compiler copies them, and no class is made.
             */
            public final class Opcodes {
            @CONSTANTS@
            @KINDS@
                /** Signature of an instruction whose operands depend on more than its row. */
                public static final int SPECIAL = -1;
                /** Type codes within a signature; {@link #ADDRESS} is the address type of the memory that is named. */
                public static final int I32 = 1, I64 = 2, F32 = 3, F64 = 4, V128 = 5, ADDRESS = 6;

                private Opcodes() {
                }
            }
            """;

    private static final String TABLE = """
            package dev.thimble.wasm.opcode;

            /**
             * The opcode table as lookups. Generated from {@code src/main/opcodes/opcodes.tsv}; edit that file.
             * All methods accept any int; an opcode that does not exist has {@link Opcodes#IMM_UNKNOWN} immediates.
             */
            public final class OpcodeTable {
                private static final int[] SIGNATURES = ints("@SIGNATURES@");
                private static final byte[] IMMEDIATES = bytes("@IMMEDIATES@");
                private static final byte[] ARGUMENTS = bytes("@ARGUMENTS@");

                private OpcodeTable() {
                }

                /** Position of an opcode in dense tables of {@link #INDEX_SIZE} entries, or 255 (never assigned) when out of range. */
                public static int index(int opcode) {
                    int sub = opcode & 0xFFFF;
                    switch (opcode >>> 16) {
                        case 0x00: return sub < 256 ? sub : 255;
                        case 0xFB: return sub < 32 ? 256 + sub : 255;
                        case 0xFC: return sub < 32 ? 288 + sub : 255;
                        case 0xFD: return sub < 288 ? 320 + sub : 255;
                        case 0xFE: return sub < 80 ? 608 + sub : 255;
                        default: return 255;
                    }
                }

                /** Number of entries of a dense table by {@link #index}. */
                public static final int INDEX_SIZE = 688;

                /** Kind of the immediates, one of the {@code IMM_} constants. */
                public static int immediates(int opcode) {
                    return IMMEDIATES[index(opcode)];
                }

                /** Natural alignment (log2 of bytes) for a memarg, number of lanes for a lone lane index, else 0. */
                public static int argument(int opcode) {
                    return ARGUMENTS[index(opcode)];
                }

                /**
                 * Operand and result types: nibbles 0 to 3 (least significant first) are the operand types in order, nibbles 4
                 * and 5 the results; 0 ends a list. {@link Opcodes#SPECIAL} when they depend on more than the row.
                 */
                public static int signature(int opcode) {
                    return SIGNATURES[index(opcode)];
                }

                /** Text-format name, or {@code 0x..} for an opcode that does not exist. */
                public static String mnemonic(int opcode) {
                    String name = Names.MNEMONICS[index(opcode)];
                    return name.isEmpty() ? "0x" + Integer.toHexString(opcode) : name;
                }

                /** The standard step or proposal which brought the instruction, for example {@code bulk-memory}. */
                public static String feature(int opcode) {
                    return Names.FEATURES[Names.FEATURE_OF[index(opcode)]];
                }

                private static int[] ints(String packed) {
                    int[] values = new int[packed.length() / 2];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = packed.charAt(2 * i) << 16 | packed.charAt(2 * i + 1);
                    }
                    return values;
                }

                private static byte[] bytes(String packed) {
                    byte[] values = new byte[packed.length()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (byte) packed.charAt(i);
                    }
                    return values;
                }

                /** Texts, loaded when an error or a listing first needs them. */
                private static final class Names {
                    static final String[] MNEMONICS = "@MNEMONICS@".split(" ", -1);
                    static final String[] FEATURES = "@FEATURES@".split(" ");
                    static final byte[] FEATURE_OF = bytes("@FEATURE_OF@");
                }
            }
            """;
}
