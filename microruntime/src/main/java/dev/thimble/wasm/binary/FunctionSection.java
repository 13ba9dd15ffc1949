package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.structure.ModuleBuilder;

/** Section 3 (spec 3.0, "Function Section"). */
final class FunctionSection {
    private FunctionSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        int count = Section.count(reader, 1, module.module().functionCount(), limits.functions(), "functions");
        for (int i = 0; i < count; i++) {
            module.function(reader.index());
        }
    }
}
