package dev.thimble.wasm.api;

/**
 * What the engine accepts of a module, whatever its bytes say. Counts are checked before anything is allocated.
 * A module beyond a limit is refused with {@link InvalidModuleException}.
 *
 * @param moduleBytes     size of the binary
 * @param types           types in the type section
 * @param parameters      parameters of one function type, and as many results
 * @param functions       functions, imported ones included
 * @param imports         imports of all kinds
 * @param exports         exports
 * @param globals         globals
 * @param tables          tables
 * @param memories        memories
 * @param tags            tags
 * @param segments        element segments, and as many data segments
 * @param bodyBytes       size of one function's body
 * @param locals          slots of one function's parameters and locals (a v128 takes two)
 * @param nesting         blocks inside each other
 * @param values          values on a function's operand stack; fields of one structure
 * @param tableElements   elements of one table
 * @param memoryBytes     bytes of one memory, at most 2³¹ − 9
 * @param callDepth       calls inside each other, whatever an instance may; with {@code locals} and {@code values} it bounds the slots of a
 *                        stack
 * @param footprint       heap that a module may take with its translated code, in multiples of its binary, beyond which nothing more becomes hot; or 8 KiB
 *                        if that is more. Code that is not hot goes whenever memory is short, and does not count
 * @param anchors         classes for hot code of all modules of the process together, beyond which nothing more becomes hot; each takes some
 *                        170 bytes of heap and 5 KB of metaspace
 */
public record Limits(int moduleBytes, int types, int parameters, int functions, int imports, int exports, int globals, int tables,
                     int memories, int tags, int segments, int bodyBytes, int locals, int nesting, int values,
                     int tableElements, long memoryBytes, int callDepth, int footprint, int anchors) {
    /** What suits a small board and still takes every sensible module. */
    public static final Limits DEFAULT = new Limits(64 << 20, 100_000, 1_000, 100_000, 10_000, 10_000, 100_000, 1_000,
            100, 10_000, 100_000, 8 << 20, 20_000, 1_000, 20_000,
            10_000_000, Integer.MAX_VALUE - 8L, 1_000_000, 3, 10_000);

    /** The same with another bound on the binary's size. */
    public Limits withModuleBytes(int bytes) {
        return new Limits(bytes, types, parameters, functions, imports, exports, globals, tables, memories, tags, segments,
                bodyBytes, locals, nesting, values, tableElements, memoryBytes, callDepth, footprint, anchors);
    }

    /** The same with another bound on calls inside each other. */
    public Limits withCallDepth(int calls) {
        return new Limits(moduleBytes, types, parameters, functions, imports, exports, globals, tables, memories, tags, segments,
                bodyBytes, locals, nesting, values, tableElements, memoryBytes, calls, footprint, anchors);
    }

    /** The same with another bound on what a module takes with its hot code. */
    public Limits withFootprint(int timesBinary) {
        return new Limits(moduleBytes, types, parameters, functions, imports, exports, globals, tables, memories, tags, segments,
                bodyBytes, locals, nesting, values, tableElements, memoryBytes, callDepth, timesBinary, anchors);
    }

    /** The same with another bound on anchors. */
    public Limits withAnchors(int ofProcess) {
        return new Limits(moduleBytes, types, parameters, functions, imports, exports, globals, tables, memories, tags, segments,
                bodyBytes, locals, nesting, values, tableElements, memoryBytes, callDepth, footprint, ofProcess);
    }
}
