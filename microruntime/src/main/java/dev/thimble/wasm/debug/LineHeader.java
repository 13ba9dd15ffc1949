package dev.thimble.wasm.debug;

import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.CustomSections;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The head of one unit's line number program (DWARF 5, section 6.2.4; DWARF 4, section 6.2.4). Paths are kept as places
 * in the binary and read when one is asked for.
 */
final class LineHeader {
    /** The binary, and where the sections are that hold strings; null for one that is not there. */
    record Strings(byte[] binary, ByteReader str, ByteReader lineStr) {
        static Strings of(byte[] binary) {
            return new Strings(binary, CustomSections.find(binary, ".debug_str"), CustomSections.find(binary, ".debug_line_str"));
        }

        /** The string at a place in the binary, as far as it is read. */
        String text(int place) {
            int end = place;
            while (end < binary.length && binary[end] != 0 && end - place < LONGEST_TEXT) {
                end++;
            }
            return new String(binary, place, end - place, StandardCharsets.UTF_8);
        }
    }

    /** Directories or files: the place of each path, and the number of a file's directory. */
    private static final class Paths {
        int[] places = new int[8];
        int[] directories = new int[8];
        int count;

        void add(int place, int directory, ByteReader in) {
            if (count == MOST_PATHS) {
                throw in.malformed("more than " + MOST_PATHS + " paths in a unit");
            }
            if (count == places.length) {
                places = Arrays.copyOf(places, 2 * count);
                directories = Arrays.copyOf(directories, 2 * count);
            }
            places[count] = place;
            directories[count++] = directory;
        }
    }

    private static final int MOST_PATHS = 1 << 16;
    private static final int LONGEST_TEXT = 1024;
    private static final int PATH = 1;
    private static final int DIRECTORY_INDEX = 2;

    final int minLength;
    final int lineBase;
    final int lineRange;
    final int opcodeBase;
    private final int[] operands;
    private final Strings strings;
    private final Paths directories = new Paths();
    private final Paths files = new Paths();
    /** Number of the first directory and the first file: 1 before DWARF 5, and 0 there. */
    private final int first;

    /** Leaves {@code in} at the program. */
    private LineHeader(ByteReader in, Strings strings, int version, boolean wide) {
        this.strings = strings;
        if (version == 5) {
            in.skip(2);
        }
        long length = offset(in, wide);
        if (length < 0 || length > in.remaining()) {
            throw in.malformed("header_length out of bounds");
        }
        int program = in.position() + (int) length;
        minLength = in.u8();
        in.skip(version >= 4 ? 2 : 1);
        lineBase = (byte) in.u8();
        lineRange = in.u8();
        opcodeBase = in.u8();
        if (lineRange == 0 || opcodeBase == 0) {
            throw in.malformed("line_range or opcode_base is 0");
        }
        operands = new int[opcodeBase];
        for (int i = 1; i < opcodeBase; i++) {
            operands[i] = in.u8();
        }
        if (version == 5) {
            first = 0;
            table(in, wide, directories);
            table(in, wide, files);
        } else {
            first = 1;
            lists(in);
        }
        in.position(program);
    }

    /** Reads a head up to its program; null for a version that this does not know. */
    static LineHeader read(ByteReader in, Strings strings, boolean wide) {
        int version = in.u8() | in.u8() << 8;
        return version < 2 || version > 5 ? null : new LineHeader(in, strings, version, wide);
    }

    /** How many LEB128 operands a standard opcode has. */
    int operands(int opcode) {
        return operands[opcode];
    }

    /** A file's path by its number, or null. Directory 0 is that of the compilation: what lies in it needs no other name. */
    String file(int number) {
        int file = number - first;
        if (file < 0 || file >= files.count) {
            return null;
        }
        String name = strings.text(files.places[file]);
        int directory = files.directories[file] - first;
        boolean known = files.directories[file] > 0 && directory < directories.count && !name.startsWith("/");
        return known ? strings.text(directories.places[directory]) + "/" + name : name;
    }

    /** Directories and files before DWARF 5: lists that end with an empty name. */
    private void lists(ByteReader in) {
        while (in.peek() != 0) {
            directories.add(skipString(in), 0, in);
        }
        in.skip(1);
        while (in.peek() != 0) {
            int place = skipString(in);
            int directory = in.index();
            in.u64();
            in.u64();
            files.add(place, directory, in);
        }
    }

    /** A table whose columns it describes itself. */
    private void table(ByteReader in, boolean wide, Paths paths) {
        int[] types = new int[in.u8()];
        int[] forms = new int[types.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = in.index();
            forms[i] = in.index();
        }
        for (int left = in.count(1, "entries"); left > 0; left--) {
            int place = 0;
            int directory = 0;
            for (int i = 0; i < types.length; i++) {
                if (types[i] == PATH) {
                    place = path(in, forms[i], wide);
                } else {
                    long value = number(in, forms[i], wide);
                    directory = types[i] == DIRECTORY_INDEX ? (int) value : directory;
                }
            }
            paths.add(place, directory, in);
        }
    }

    private int path(ByteReader in, int form, boolean wide) {
        return switch (form) {
            case 0x08 -> skipString(in);
            case 0x0E -> in(strings.str, offset(in, wide), in);
            case 0x1F -> in(strings.lineStr, offset(in, wide), in);
            default -> throw in.malformed("a path of form " + form);
        };
    }

    private static int in(ByteReader section, long offset, ByteReader in) {
        if (section == null || offset < 0 || offset >= section.remaining()) {
            throw in.malformed("no string at " + offset);
        }
        return section.position() + (int) offset;
    }

    private static long number(ByteReader in, int form, boolean wide) {
        switch (form) {
            case 0x05: return in.u8() | in.u8() << 8;
            case 0x06: return in.i32Bits();
            case 0x07: return in.i64Bits();
            case 0x08: return skipString(in);
            case 0x09:
                in.skip(in.index());
                return 0;
            case 0x0B: return in.u8();
            case 0x0E:
            case 0x1F: return offset(in, wide);
            case 0x0F: return in.u64();
            case 0x1E:
                in.skip(16);
                return 0;
            default: throw in.malformed("a number of form " + form);
        }
    }

    private static long offset(ByteReader in, boolean wide) {
        return wide ? in.i64Bits() : in.i32Bits() & 0xFFFF_FFFFL;
    }

    static int skipString(ByteReader in) {
        int start = in.position();
        while (in.u8() != 0) {
            // to its end
        }
        return start;
    }
}
