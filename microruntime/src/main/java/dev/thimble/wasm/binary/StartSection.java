package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.structure.ModuleBuilder;

/** Section 8 (spec 3.0, "Start Section"). */
final class StartSection {
    private StartSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        module.start(reader.index());
    }
}
