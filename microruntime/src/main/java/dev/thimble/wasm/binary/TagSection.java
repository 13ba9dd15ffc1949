package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.structure.ModuleBuilder;

/** Section 13 (spec 3.0, "Tag Section", "Tag Types"). */
final class TagSection {
    private TagSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        int count = Section.count(reader, 2, module.module().tags().size(), limits.tags(), "tags");
        for (int i = 0; i < count; i++) {
            module.tag(typeIndex(reader));
        }
    }

    /** A tag type: its attribute, which must be "exception", and the index of its function type. */
    static int typeIndex(ByteReader reader) {
        if (reader.u8() != 0) {
            throw reader.malformed("malformed tag attribute", reader.position() - 1);
        }
        return reader.index();
    }
}
