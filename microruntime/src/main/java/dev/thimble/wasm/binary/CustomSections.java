package dev.thimble.wasm.binary;

/** Custom sections (spec 3.0, "Custom Section"), found by walking the binary of a decoded module. */
public final class CustomSections {
    private static final int FIRST_SECTION = 8;
    private static final int CUSTOM = 0;

    private CustomSections() {
    }

    /** A reader of the contents of the first custom section of this name, or null. */
    public static ByteReader find(byte[] binary, String name) {
        ByteReader reader = new ByteReader(binary, FIRST_SECTION, binary.length, name);
        while (!reader.atEnd()) {
            int id = reader.u8();
            int end = reader.count(1, "bytes") + reader.position();
            if (id == CUSTOM) {
                ByteReader contents = new ByteReader(binary, reader.position(), end, name);
                if (contents.name().equals(name)) {
                    return contents;
                }
            }
            reader.position(end);
        }
        return null;
    }

    /** Offset of the contents of the code section, from which DWARF counts; −1 without one. */
    public static int codeStart(byte[] binary) {
        ByteReader reader = new ByteReader(binary, FIRST_SECTION, binary.length, "code");
        while (!reader.atEnd()) {
            int id = reader.u8();
            int end = reader.count(1, "bytes") + reader.position();
            if (Section.of(id) == Section.CODE) {
                return reader.position();
            }
            reader.position(end);
        }
        return -1;
    }
}
