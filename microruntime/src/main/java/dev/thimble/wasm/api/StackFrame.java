package dev.thimble.wasm.api;

/**
 * One function that was running when a run ended.
 *
 * @param functionIndex in its module, imported functions first
 * @param functionName  by the module's name section, else a name under which it is exported, else null
 * @param offset        of the instruction that failed or called, in the module's binary, in bytes
 * @param file          of the source, by the module's DWARF line table; null when that does not say
 * @param line          in the source, from 1; 0 when it is not known
 */
public record StackFrame(int functionIndex, String functionName, int offset, String file, int line) {
    /** For example {@code parse (function 12) at 0x3f2 (json.c:88)}. */
    @Override
    public String toString() {
        return (functionName == null ? "function " + functionIndex : functionName + " (function " + functionIndex + ")")
                + " at 0x" + Integer.toHexString(offset) + (file == null ? "" : " (" + source() + ")");
    }

    /** File and line, or null when they are not known. */
    public String source() {
        return file == null ? null : line == 0 ? file : file + ":" + line;
    }
}
