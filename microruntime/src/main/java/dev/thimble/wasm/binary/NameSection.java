package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.ExternKind;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.structure.Export;
import dev.thimble.wasm.structure.Module;

/**
 * Names by the custom section "name" (spec 3.0, appendix "Name Section"). Nothing of it is kept: it is read when a message
 * needs a name. A damaged section has no names, as custom sections never make a module invalid.
 */
public final class NameSection {
    private static final int FUNCTION_NAMES = 1;
    private static final int FIRST_SECTION = 8;

    private NameSection() {
    }

    /** The function's name, else a name under which it is exported, else null. */
    public static String functionName(Module module, int function) {
        String name = null;
        try {
            name = find(module.binary(), function);
        } catch (MalformedModuleException damaged) {
            // treated like a section without this name
        }
        if (name == null) {
            for (Export export : module.exports()) {
                if (export.kind() == ExternKind.FUNCTION && export.index() == function) {
                    return export.name();
                }
            }
        }
        return name;
    }

    private static String find(byte[] binary, int function) {
        ByteReader reader = new ByteReader(binary, FIRST_SECTION, binary.length, "name");
        while (!reader.atEnd()) {
            int id = reader.u8();
            int end = reader.count(1, "bytes") + reader.position();
            if (id == 0) {
                ByteReader contents = new ByteReader(binary, reader.position(), end, "name");
                if (contents.name().equals("name")) {
                    return findInSection(contents, function);
                }
            }
            reader.position(end);
        }
        return null;
    }

    private static String findInSection(ByteReader reader, int function) {
        while (!reader.atEnd()) {
            int id = reader.u8();
            int end = reader.count(1, "bytes") + reader.position();
            if (id == FUNCTION_NAMES) {
                for (int left = reader.count(2, "names"); left > 0; left--) {
                    int index = reader.index();
                    if (index == function) {
                        return reader.name();
                    }
                    reader.skip(reader.index());
                }
                return null;
            }
            reader.position(end);
        }
        return null;
    }
}
