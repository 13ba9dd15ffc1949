package dev.thimble.wasm.debug;

import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.CustomSections;
import java.util.Arrays;
import java.util.BitSet;

/**
 * One unit of the custom section {@code .debug_info}, a compiled source, as a cursor over its entries: tag and the attributes that
 * say where code is and what was inlined (DWARF 5, section 7.5, and the same of DWARF 4; in its 32-bit format).
 */
final class DebugUnit {
    private static final String[] SECTIONS = {"info", "abbrev", "line", "str", "line_str", "str_offsets", "addr", "ranges", "rnglists"};
    private static final int INFO = 0;
    private static final int ABBREVIATIONS = 1;
    static final int LINE = 2;
    private static final int STR = 3;
    private static final int LINE_STR = 4;
    private static final int STR_OFFSETS = 5;
    private static final int ADDRESSES = 6;
    private static final int RANGE_PAIRS = 7;
    private static final int RANGE_LISTS = 8;

    private static final int INLINED_SUBROUTINE = 0x1D;
    /** Attributes of an entry that are kept, and below where each stands. */
    private static final int[] KEPT = {0x03, 0x10, 0x11, 0x12, 0x31, 0x47, 0x55, 0x58, 0x59, 0x72, 0x73, 0x74};
    static final int NAME = 0;
    static final int STATEMENTS = 1;
    private static final int LOW = 2;
    private static final int HIGH = 3;
    private static final int ORIGIN = 4;
    private static final int SPECIFICATION = 5;
    private static final int RANGES = 6;
    static final int CALL_FILE = 7;
    static final int CALL_LINE = 8;
    private static final int STRING_BASE = 9;
    private static final int ADDRESS_BASE = 10;
    private static final int RANGE_BASE = 11;

    private static final int ADDRESS = 0x01;
    private static final int REF_ADDR = 0x10;
    private static final int IMPLICIT_CONST = 0x21;
    private static final int RNGLISTX = 0x23;

    private static final int MOST_STEPS = 10_000_000;
    private static final int MOST_ABBREVIATIONS = 1 << 16;

    final LineHeader.Strings strings;
    /** A reader at the beginning of each section, or null. */
    private final ByteReader[] sections;
    /** Steps taken, in all units of a module. */
    private final int[] steps;
    /** Where it begins in the section, and where the next one does. */
    private final int start;
    private final int end;
    private final ByteReader in;
    private final int version;
    private final int addressSize;
    /** Where each abbreviation is declared in the binary, by its code. */
    private int[] declarations = {};
    private final long base;
    private final long[] bases;
    /** The present entry: its tag, and the forms and values of its attributes; form 0 for one that it does not have. */
    private int tag;
    private final int[] forms = new int[KEPT.length];
    private final long[] values = new long[KEPT.length];

    /** Reads the head, and the first entry, which tells where the unit's code is. */
    private DebugUnit(LineHeader.Strings strings, ByteReader[] sections, int[] steps, int start) {
        this.strings = strings;
        this.sections = sections;
        this.steps = steps;
        this.start = start;
        end = behind(start);
        in = new ByteReader(strings.binary(), place(start) + 4, place(end), SECTIONS[INFO]);
        version = number(2);
        boolean compiled = version == 4 || version == 5 && in.u8() == 1;
        int size = compiled && version == 5 ? in.u8() : 0;
        if (compiled) {
            declare(at(ABBREVIATIONS, number(4)));
        } else {
            in.position(place(end));
        }
        addressSize = compiled && version == 4 ? in.u8() : size;
        next();
        bases = values.clone();
        base = has(LOW) ? address(LOW) : 0;
    }

    /** The first unit of a module, or null. */
    static DebugUnit first(byte[] binary) {
        var sections = new ByteReader[SECTIONS.length];
        for (int i = 0; i < SECTIONS.length; i++) {
            sections[i] = CustomSections.find(binary, ".debug_".concat(SECTIONS[i]));
        }
        return sections[INFO] == null ? null : new DebugUnit(LineHeader.Strings.of(binary), sections, new int[1], 0);
    }

    /** The unit behind this one, or null. */
    DebugUnit following() {
        return place(end) == sections[INFO].end() ? null : unit(end);
    }

    private DebugUnit unit(int at) {
        return new DebugUnit(strings, sections, steps, at);
    }

    /** Where the unit behind the one at this place begins. */
    private int behind(int unit) {
        step();
        ByteReader head = at(INFO, unit);
        int length = head.i32Bits();
        if (length < 2 || length > head.remaining()) {
            throw damaged();
        }
        return unit + 4 + length;
    }

    /** The place in the binary of a unit or an entry. */
    private int place(int at) {
        return sections[INFO].position() + at;
    }

    /** A reader at a place in a section. */
    ByteReader at(int section, long offset) {
        ByteReader all = sections[section];
        if (all == null || offset < 0 || offset >= all.remaining()) {
            throw damaged();
        }
        return new ByteReader(strings.binary(), all.position() + (int) offset, all.end(), SECTIONS[section]);
    }

    private MalformedModuleException damaged() {
        return sections[INFO].malformed("damaged debug information");
    }

    private void step() {
        if (++steps[0] > MOST_STEPS) {
            throw damaged();
        }
    }

    private void declare(ByteReader table) {
        for (int code = table.index(); code != 0; code = table.index()) {
            if (code >= MOST_ABBREVIATIONS) {
                throw damaged();
            }
            if (code >= declarations.length) {
                declarations = Arrays.copyOf(declarations, 2 * code + 32);
                steps[0] += code;
            }
            declarations[code] = table.position();
            table.index();
            table.skip(1);
            for (boolean more = true; more; step()) {
                int attribute = table.index();
                int form = table.index();
                if (form == IMPLICIT_CONST) {
                    table.s64();
                }
                more = attribute != 0 || form != 0;
            }
        }
    }

    /** Goes to the next entry; false at the end. */
    boolean next() {
        int code = 0;
        while (code == 0) {
            if (in.atEnd()) {
                return false;
            }
            step();
            code = in.index();
        }
        if (code >= declarations.length || declarations[code] == 0) {
            throw damaged();
        }
        var declaration = new ByteReader(strings.binary(), declarations[code], sections[ABBREVIATIONS].end(), SECTIONS[ABBREVIATIONS]);
        tag = declaration.index();
        declaration.skip(1);
        Arrays.fill(forms, 0);
        while (true) {
            step();
            int attribute = declaration.index();
            int form = declaration.index();
            if (attribute == 0 && form == 0) {
                return true;
            }
            long value = form == IMPLICIT_CONST ? declaration.s64() : value(form);
            int kept = Arrays.binarySearch(KEPT, attribute);
            if (kept >= 0) {
                forms[kept] = form;
                values[kept] = value;
            }
        }
    }

    private long value(int form) {
        switch (form) {
            case ADDRESS: return number(in, addressSize);
            case 0x0B, 0x0C, 0x11, 0x25, 0x29: return in.u8();
            case 0x05, 0x12, 0x26, 0x2A: return number(2);
            case 0x27, 0x2B: return number(3);
            case 0x06, 0x0E, REF_ADDR, 0x13, 0x17, 0x1C, 0x1D, 0x1F, 0x28, 0x2C: return number(4);
            case 0x07, 0x14, 0x20, 0x24: return in.i64Bits();
            case 0x0D: return in.s64();
            case 0x0F, 0x15, 0x1A, 0x1B, 0x22, RNGLISTX: return in.u64();
            case 0x08: return LineHeader.skipString(in);
            case 0x03: return skip(number(2));
            case 0x04: return skip(number(4));
            case 0x0A: return skip(in.u8());
            case 0x09, 0x18: return skip(in.index());
            case 0x19: return 1;
            case 0x1E: return skip(16);
            default: throw damaged();
        }
    }

    private long skip(int bytes) {
        in.skip(bytes);
        return 0;
    }

    private int number(int bytes) {
        return (int) number(in, bytes);
    }

    /** A little-endian number. */
    private static long number(ByteReader in, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) in.u8() << 8 * i;
        }
        return value;
    }

    boolean isInlined() {
        return tag == INLINED_SUBROUTINE;
    }

    boolean has(int attribute) {
        return forms[attribute] != 0;
    }

    /** An attribute's value; 0 for one that the entry does not have. */
    long get(int attribute) {
        return has(attribute) ? values[attribute] : 0;
    }

    /**
     * The unit, perhaps this one, at the entry that the present one is made of or continues; null when there is none.
     * {@link #next} goes on where it would have.
     */
    DebugUnit origin() {
        int attribute = has(ORIGIN) ? ORIGIN : SPECIFICATION;
        if (!has(attribute)) {
            return null;
        }
        long entry = values[attribute] + (forms[attribute] == REF_ADDR ? 0 : start);
        DebugUnit unit = entry > start && entry < end ? this : holder(entry);
        int next = unit.in.position();
        unit.in.position(place((int) entry));
        boolean found = unit.next();
        unit.in.position(next);
        return found ? unit : null;
    }

    private DebugUnit holder(long entry) {
        int unit = 0;
        for (int next = behind(unit); entry >= next; next = behind(unit)) {
            unit = next;
        }
        if (entry <= unit) {
            throw damaged();
        }
        return unit(unit);
    }

    /** The entry's name, or null. */
    String name() {
        long at = values[NAME];
        return switch (forms[NAME]) {
            case 0 -> null;
            case 0x08 -> strings.text((int) at);
            case 0x0E -> text(STR, at);
            case 0x1F -> text(LINE_STR, at);
            default -> text(STR, indexed(STR_OFFSETS, STRING_BASE, at, 4));
        };
    }

    private String text(int section, long offset) {
        return strings.text(at(section, offset).position());
    }

    /** Number {@code index} of a table in another section, which the unit's first entry says the beginning of. */
    private long indexed(int section, int beginning, long index, int size) {
        return number(at(section, bases[beginning] + index * size), size);
    }

    private long indexedAddress(long index) {
        return indexed(ADDRESSES, ADDRESS_BASE, index, addressSize);
    }

    private long address(int attribute) {
        return forms[attribute] == ADDRESS ? values[attribute] : indexedAddress(values[attribute]);
    }

    /** Whether the entry says where its code is. */
    boolean hasCode() {
        return has(RANGES) || has(LOW) && has(HIGH);
    }

    /** Which of these addresses are in the entry's code. */
    BitSet covered(int[] addresses) {
        var covered = new BitSet();
        if (has(RANGES)) {
            if (version == 5) {
                listed(addresses, covered);
            } else {
                paired(addresses, covered);
            }
        } else if (hasCode()) {
            long low = address(LOW);
            int form = forms[HIGH];
            boolean absolute = form == ADDRESS || form == 0x1B || form >= 0x29 && form <= 0x2C;
            cover(addresses, low, absolute ? address(HIGH) : low + values[HIGH], covered);
        }
        return covered;
    }

    /** What the linker has dropped is left at address 0, where no code can be. */
    private static void cover(int[] addresses, long low, long high, BitSet covered) {
        for (int i = 0; low > 0 && i < addresses.length; i++) {
            if (low <= addresses[i] && addresses[i] < high) {
                covered.set(i);
            }
        }
    }

    /** Ranges of DWARF 4: pairs from a base, which a pair with the largest address changes (section 2.17.3). */
    private void paired(int[] addresses, BitSet covered) {
        ByteReader list = at(RANGE_PAIRS, values[RANGES]);
        long largest = -1L >>> 64 - 8 * addressSize;
        long from = base;
        while (true) {
            step();
            long low = number(list, addressSize);
            long high = number(list, addressSize);
            if (low == 0 && high == 0) {
                return;
            } else if (low == largest) {
                from = high;
            } else {
                cover(addresses, from + low, from + high, covered);
            }
        }
    }

    /** Ranges of DWARF 5: entries of several kinds (section 2.17.3). */
    private void listed(int[] addresses, BitSet covered) {
        long place = values[RANGES];
        if (forms[RANGES] == RNGLISTX) {
            place = bases[RANGE_BASE] + indexed(RANGE_LISTS, RANGE_BASE, place, 4);
        }
        ByteReader list = at(RANGE_LISTS, place);
        long from = base;
        for (int kind = list.u8(); kind != 0; kind = list.u8()) {
            step();
            // A first number that is an index, counts from the base, or is an address; a second one, or a length.
            long low = kind <= 3 ? indexedAddress(list.u64()) : kind == 4 ? from + list.u64() : number(list, addressSize);
            switch (kind) {
                case 1, 5 -> from = low;
                case 2 -> cover(addresses, low, indexedAddress(list.u64()), covered);
                case 4 -> cover(addresses, low, from + list.u64(), covered);
                case 6 -> cover(addresses, low, number(list, addressSize), covered);
                case 3, 7 -> cover(addresses, low, low + list.u64(), covered);
                default -> throw damaged();
            }
        }
    }
}
