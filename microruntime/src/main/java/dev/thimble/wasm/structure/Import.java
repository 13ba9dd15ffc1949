package dev.thimble.wasm.structure;

import dev.thimble.wasm.api.ExternKind;

/**
 * One import (spec 3.0, "Imports").
 *
 * @param index in the index space of its kind, where the imports come first
 */
public record Import(String module, String name, ExternKind kind, int index) {
}
