package dev.thimble.wasm.debug;

import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.CustomSections;
import java.util.Arrays;
import java.util.List;

/**
 * Source lines by the DWARF line number program in the custom section {@code .debug_line} (DWARF 5, section 6.2, and the
 * same of DWARF 2 to 4; "DWARF for WebAssembly": addresses count from the contents of the code section). Read on demand,
 * in one pass. Damaged tables, other versions and programs of more than {@value #MOST_STEPS} steps give no line.
 */
final class LineTable {
    /** A place in a source; no file and number 0 when there is none known. */
    record Line(String file, int number) {
        static final Line UNKNOWN = new Line(null, 0);
    }

    private static final int MOST_STEPS = 20_000_000;
    private static final long DWARF64 = 0xFFFF_FFFFL;

    private final ByteReader reader;
    /** Sought places as addresses, in order, and what was found. */
    private final int[] targets;
    private final Line[] found;
    private int missing;
    private int steps;

    private LineTable(ByteReader section, int[] targets) {
        reader = section;
        this.targets = targets;
        found = new Line[targets.length];
        missing = targets.length;
    }

    /** The lines of these offsets in the binary, in the same order. */
    static List<Line> find(byte[] binary, int[] offsets) {
        Line[] lines = new Line[offsets.length];
        Arrays.fill(lines, Line.UNKNOWN);
        try {
            ByteReader section = CustomSections.find(binary, ".debug_line");
            int code = CustomSections.codeStart(binary);
            if (section != null && code >= 0) {
                int[] targets = Arrays.stream(offsets).map(o -> o - code).sorted().distinct().toArray();
                LineTable table = new LineTable(section, targets);
                table.units(LineHeader.Strings.of(binary));
                for (int i = 0; i < lines.length; i++) {
                    Line line = table.found[Arrays.binarySearch(targets, offsets[i] - code)];
                    lines[i] = line == null ? Line.UNKNOWN : line;
                }
            }
        } catch (MalformedModuleException damaged) {
            return List.of(lines);
        }
        return List.of(lines);
    }

    private void units(LineHeader.Strings strings) {
        while (reader.remaining() > 4 && missing > 0 && steps < MOST_STEPS) {
            long length = reader.i32Bits() & 0xFFFF_FFFFL;
            boolean wide = length == DWARF64;
            if (wide) {
                length = reader.i64Bits();
            }
            if (length < 0 || length > reader.remaining()) {
                return;
            }
            int end = reader.position() + (int) length;
            try {
                unit(strings, wide, end);
            } catch (MalformedModuleException damaged) {
                // the next unit may be sound
            }
            reader.position(end);
        }
    }

    private void unit(LineHeader.Strings strings, boolean wide, int end) {
        ByteReader in = new ByteReader(strings.binary(), reader.position(), end, ".debug_line");
        LineHeader header = LineHeader.read(in, strings, wide);
        if (header == null) {
            return;
        }
        long address = 0;
        int file = 1;
        int line = 1;
        long lastAddress = 0;
        int lastFile = 1;
        int lastLine = 1;
        boolean inSequence = false;
        // What the linker has dropped is left at address 0, where no code can be.
        boolean dropped = false;
        while (!in.atEnd() && missing > 0 && ++steps < MOST_STEPS) {
            boolean row = false;
            boolean ends = false;
            int op = in.u8();
            if (op >= header.opcodeBase) {
                int adjusted = op - header.opcodeBase;
                address += (long) (adjusted / header.lineRange) * header.minLength;
                line += header.lineBase + adjusted % header.lineRange;
                row = true;
            } else {
                switch (op) {
                    case 0 -> {
                        int next = in.count(1, "bytes") + in.position();
                        int extended = in.position() < next ? in.u8() : -1;
                        if (extended == 1) {
                            row = true;
                            ends = true;
                        } else if (extended == 2) {
                            address = next - in.position() == 8 ? in.i64Bits() : in.i32Bits() & 0xFFFF_FFFFL;
                            dropped = address == 0;
                        }
                        in.position(next);
                    }
                    case 1 -> row = true;
                    case 2 -> address += in.u64() * header.minLength;
                    case 3 -> line += (int) in.s64();
                    case 4 -> file = in.index();
                    case 8 -> address += (long) ((255 - header.opcodeBase) / header.lineRange) * header.minLength;
                    case 9 -> address += in.u8() | in.u8() << 8;
                    default -> {
                        for (int i = header.operands(op); i > 0; i--) {
                            in.u64();
                        }
                    }
                }
            }
            if (row) {
                if (inSequence && !dropped) {
                    note(header, lastAddress, address, lastFile, lastLine);
                }
                lastAddress = address;
                lastFile = file;
                lastLine = line;
                inSequence = !ends;
                if (ends) {
                    address = 0;
                    file = 1;
                    line = 1;
                }
            }
        }
    }

    /** Rows describe all addresses from theirs to the next row's. */
    private void note(LineHeader header, long from, long to, int file, int line) {
        if (to <= from || from > targets[targets.length - 1]) {
            return;
        }
        int i = Arrays.binarySearch(targets, (int) from);
        for (i = i < 0 ? -i - 1 : i; i < targets.length && targets[i] < to; i++) {
            if (found[i] == null) {
                found[i] = new Line(header.file(file), Math.max(line, 0));
                missing--;
            }
        }
    }
}
