package dev.thimble.wasm.structure;

import dev.thimble.wasm.api.ExternKind;

/**
 * One export (spec 3.0, "Exports").
 *
 * @param index in the index space of its kind
 */
public record Export(String name, ExternKind kind, int index) {
}
