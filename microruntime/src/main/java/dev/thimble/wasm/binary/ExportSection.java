package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.structure.Export;
import dev.thimble.wasm.structure.ModuleBuilder;

/** Section 7 (spec 3.0, "Export Section"). */
final class ExportSection {
    private ExportSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        int count = Section.count(reader, 3, 0, limits.exports(), "exports");
        for (int i = 0; i < count; i++) {
            module.export(new Export(reader.name().intern(), ImportSection.kind(reader, "export"), reader.index()));
        }
    }
}
