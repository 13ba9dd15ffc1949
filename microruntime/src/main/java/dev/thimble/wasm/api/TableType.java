package dev.thimble.wasm.api;

/**
 * The type of a table (spec 3.0, "Table Types").
 *
 * @param element what it holds
 * @param table64 whether indices are i64
 * @param minimum initial size in elements
 * @param maximum largest size in elements, or {@link MemoryType#UNBOUNDED}
 */
public record TableType(RefType element, boolean table64, long minimum, long maximum) implements ExternType {
    @Override
    public ExternKind kind() {
        return ExternKind.TABLE;
    }
}
