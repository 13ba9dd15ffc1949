package dev.thimble.wasm.structure;

import dev.thimble.wasm.api.TableType;

/**
 * One table (spec 3.0, "Tables").
 *
 * @param element {@link TypeCode} of its elements
 * @param init    offset in the binary of the constant expression that fills it, or {@link Module#NONE}: then with null
 */
public record TableDefinition(TableType type, int element, int init) {
    /** {@link TypeCode} of its indices. */
    public int addressType() {
        return type.table64() ? TypeCode.I64 : TypeCode.I32;
    }
}
