package dev.thimble.wasm.structure;

import dev.thimble.wasm.api.GlobalType;

/**
 * One global (spec 3.0, "Globals").
 *
 * @param code {@link TypeCode} of its value
 * @param init offset in the binary of its constant expression, or {@link Module#NONE} when imported
 */
public record GlobalDefinition(GlobalType type, int code, int init) {
}
