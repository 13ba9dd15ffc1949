package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.structure.ModuleBuilder;

/** Section 12 (spec 3.0, "Data Count Section"): how many data segments there will be, so that code can name them. */
final class DataCountSection {
    private DataCountSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        module.dataCount(reader.index());
    }
}
