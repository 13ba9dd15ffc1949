package dev.thimble.wasm.api;

import java.util.List;

/**
 * One function that was running when a run ended.
 *
 * @param functionIndex in its module, imported functions first
 * @param functionName  by the module's name section, else a name under which it is exported, else null
 * @param offset        of the instruction that failed or called, in the module's binary, in bytes
 * @param file          of the source, by the module's DWARF line table; null when that does not say
 * @param line          in the source, from 1; 0 when it is not known
 * @param inlined       the functions whose code the compiler has put here in place of a call, innermost first; file and line are
 *                      then of the first
 */
public record StackFrame(int functionIndex, String functionName, int offset, String file, int line, List<Inlined> inlined) {
    /**
     * A function without a frame of its own.
     *
     * @param functionName in the source
     * @param file         where it is called, or null
     * @param line         where it is called, or 0
     */
    public record Inlined(String functionName, String file, int line) {
    }

    /** For example {@code skip (json.c:31), inlined into parse (function 12) at 0x3f2 (json.c:88)}. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        String place = source();
        for (Inlined call : inlined) {
            text.append(call.functionName).append(parenthesized(place)).append(", inlined into ");
            place = source(call.file, call.line);
        }
        return text.append(functionName == null ? "function " + functionIndex : functionName + " (function " + functionIndex + ")")
                .append(" at 0x").append(Integer.toHexString(offset)).append(parenthesized(place)).toString();
    }

    /** File and line, or null when they are not known. */
    public String source() {
        return source(file, line);
    }

    private static String source(String file, int line) {
        return file == null ? null : line == 0 ? file : file + ":" + line;
    }

    private static String parenthesized(String place) {
        return place == null ? "" : " (" + place + ")";
    }
}
