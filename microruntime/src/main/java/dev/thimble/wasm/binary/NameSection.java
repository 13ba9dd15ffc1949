package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.ExternKind;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.structure.Export;
import dev.thimble.wasm.structure.Module;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Names by the custom section "name" (spec 3.0, appendix "Name Section"). Nothing of it is kept: it is read when a message
 * needs a name. A damaged section has no names, as custom sections never make a module invalid.
 */
public final class NameSection {
    private static final int FUNCTION_NAMES = 1;

    private NameSection() {
    }

    /** For each of these functions its name, else a name under which it is exported; absent when there is neither. */
    public static Map<Integer, String> functionNames(Module module, Set<Integer> functions) {
        Map<Integer, String> names = new HashMap<>();
        for (Export export : module.exports()) {
            if (export.kind() == ExternKind.FUNCTION && functions.contains(export.index())) {
                names.putIfAbsent(export.index(), export.name());
            }
        }
        // What stands before damage is used, and exports say the rest.
        names.putAll(functionNames(module.binary(), functions));
        return names;
    }

    /** The same of a binary that need not be a valid module, by the name section alone. */
    public static Map<Integer, String> functionNames(byte[] binary, Set<Integer> functions) {
        Map<Integer, String> names = new HashMap<>();
        try {
            ByteReader section = CustomSections.find(binary, "name");
            if (section != null) {
                read(section, functions, names);
            }
        } catch (MalformedModuleException damaged) {
            return names;
        }
        return names;
    }

    private static void read(ByteReader reader, Set<Integer> functions, Map<Integer, String> names) {
        while (!reader.atEnd()) {
            int id = reader.u8();
            int end = reader.count(1, "bytes") + reader.position();
            if (id == FUNCTION_NAMES) {
                for (int left = reader.count(2, "names"); left > 0; left--) {
                    int index = reader.index();
                    if (functions.contains(index)) {
                        names.put(index, reader.name());
                    } else {
                        reader.skip(reader.index());
                    }
                }
                return;
            }
            reader.position(end);
        }
    }
}
