package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.ExternKind;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.structure.ModuleBuilder;

/** Section 2 (spec 3.0, "Import Section"). */
final class ImportSection {
    private ImportSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        int count = Section.count(reader, 4, 0, limits.imports(), "imports");
        for (int i = 0; i < count; i++) {
            // Hosts know most names by literals, so that one copy serves all modules.
            String from = reader.name().intern();
            String name = reader.name().intern();
            ExternKind kind = kind(reader, "import");
            module.addImport(from, name, kind);
            switch (kind) {
                case FUNCTION -> module.function(reader.index());
                case TABLE -> module.table(TableSection.imported(reader, module));
                case MEMORY -> module.memory(MemorySection.type(reader));
                case GLOBAL -> module.global(GlobalSection.imported(reader, module));
                case TAG -> module.tag(TagSection.typeIndex(reader));
            }
        }
    }

    /** The byte that says what is imported or exported. */
    static ExternKind kind(ByteReader reader, String of) {
        int code = reader.u8();
        return switch (code) {
            case 0 -> ExternKind.FUNCTION;
            case 1 -> ExternKind.TABLE;
            case 2 -> ExternKind.MEMORY;
            case 3 -> ExternKind.GLOBAL;
            case 4 -> ExternKind.TAG;
            default -> throw reader.malformed("malformed " + of + " kind", reader.position() - 1);
        };
    }
}
