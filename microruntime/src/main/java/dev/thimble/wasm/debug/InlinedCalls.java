package dev.thimble.wasm.debug;

import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.api.StackFrame.Inlined;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.CustomSections;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The calls that the compiler has put the called function's code in place of, by DWARF 4 or 5 (section 3.3.8). Read on demand, in
 * one pass. Units of other versions have none; damage, or more than some millions of attributes, and none is known.
 */
final class InlinedCalls {
    private static final int MOST_CALLS = 32;
    private static final int MOST_ORIGINS = 4;

    private final int[] addresses;
    private final List<List<Inlined>> found = new ArrayList<>();

    private InlinedCalls(int[] addresses) {
        this.addresses = addresses;
        for (int i = 0; i < addresses.length; i++) {
            found.add(new ArrayList<>());
        }
    }

    /** The calls that contain these offsets in the binary, in the same order; of each the innermost first. */
    static List<List<Inlined>> find(byte[] binary, int[] offsets) {
        int code = CustomSections.codeStart(binary);
        int[] addresses = offsets.clone();
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] -= code;
        }
        InlinedCalls calls = new InlinedCalls(addresses);
        try {
            for (DebugUnit unit = DebugUnit.first(binary); unit != null; unit = unit.following()) {
                if (!unit.hasCode() || !unit.covered(addresses).isEmpty()) {
                    calls.entries(unit);
                }
            }
            return calls.found;
        } catch (MalformedModuleException damaged) {
            return new InlinedCalls(addresses).found;
        }
    }

    private void entries(DebugUnit unit) {
        LineHeader files = null;
        if (unit.has(DebugUnit.STATEMENTS)) {
            ByteReader in = unit.at(DebugUnit.LINE, unit.get(DebugUnit.STATEMENTS));
            in.skip(4);
            files = LineHeader.read(in, unit.strings, false);
        }
        // An entry comes before those that it contains.
        while (unit.next()) {
            if (!unit.isInlined()) {
                continue;
            }
            BitSet covered = unit.covered(addresses);
            if (!covered.isEmpty()) {
                String file = files == null ? null : files.file((int) unit.get(DebugUnit.CALL_FILE));
                int line = Math.max((int) unit.get(DebugUnit.CALL_LINE), 0);
                Inlined call = new Inlined(name(unit), ModuleSymbols.printable(file), line);
                for (int i = covered.nextSetBit(0); i >= 0; i = covered.nextSetBit(i + 1)) {
                    if (found.get(i).size() < MOST_CALLS) {
                        found.get(i).add(0, call);
                    }
                }
            }
        }
    }

    /** The name is that of the function's own entry, perhaps by way of its declaration, perhaps in another unit. */
    private static String name(DebugUnit unit) {
        DebugUnit at = unit;
        for (int i = 0; i < MOST_ORIGINS && at != null && !at.has(DebugUnit.NAME); i++) {
            at = at.origin();
        }
        String name = at == null ? null : at.name();
        return name == null ? "?" : ModuleSymbols.printable(name);
    }
}
