package dev.thimble.wasm.debug;

import dev.thimble.wasm.api.StackFrame;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.binary.NameSection;
import dev.thimble.wasm.structure.Module;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Functions, names and source lines of places in a module. It keeps nothing but the module. Thread-safe. */
public final class ModuleSymbols implements StackTrace.Symbols {
    private static final int LONGEST_TEXT = 256;

    private final Module module;

    public ModuleSymbols(Module module) {
        this.module = module;
    }

    @Override
    public List<StackFrame> frames(int[] offsets) {
        int[] functions = new int[offsets.length];
        Set<Integer> asked = new HashSet<>();
        for (int i = 0; i < offsets.length; i++) {
            functions[i] = module.functionAt(offsets[i]);
            asked.add(functions[i]);
        }
        return frames(module.binary(), NameSection.functionNames(module, asked), functions, offsets);
    }

    private static List<StackFrame> frames(byte[] binary, Map<Integer, String> names, int[] functions, int[] offsets) {
        List<LineTable.Line> lines = LineTable.find(binary, offsets);
        List<List<StackFrame.Inlined>> inlined = InlinedCalls.find(binary, offsets);
        List<StackFrame> frames = new ArrayList<>();
        for (int i = 0; i < offsets.length; i++) {
            LineTable.Line line = lines.get(i);
            frames.add(new StackFrame(functions[i], printable(names.get(functions[i])), offsets[i],
                    printable(line.file()), line.number(), List.copyOf(inlined.get(i))));
        }
        return frames;
    }

    /**
     * Where a binary that is not a valid module breaks a rule, with what it says of names and source lines all the same.
     *
     * @param offset in the body of {@code function}
     */
    public static StackFrame place(byte[] binary, int function, int offset) {
        return frames(binary, NameSection.functionNames(binary, Set.of(function)), new int[] {function}, new int[] {offset}).get(0);
    }

    /** Names are the module's: they must not steer a terminal or fill a log. */
    static String printable(String text) {
        if (text == null) {
            return null;
        }
        String cut = text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
        return cut.replaceAll("\\p{C}", "?");
    }
}
