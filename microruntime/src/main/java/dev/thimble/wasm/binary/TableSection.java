package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.api.RefType;
import dev.thimble.wasm.api.TableType;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.ModuleBuilder;
import dev.thimble.wasm.structure.TableDefinition;

/** Section 4 (spec 3.0, "Table Section", "Table Types", "Limits"). */
final class TableSection {
    private static final int WITH_INITIALISER = 0x40;
    private static final int HAS_MAXIMUM = 1;
    private static final int IS_64 = 4;

    private TableSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        int count = Section.count(reader, 3, module.module().tables().size(), limits.tables(), "tables");
        for (int i = 0; i < count; i++) {
            if (reader.peek() != WITH_INITIALISER) {
                module.table(imported(reader, module));
                continue;
            }
            reader.u8();
            if (reader.u8() != 0) {
                throw reader.malformed("malformed table", reader.position() - 1);
            }
            TableDefinition plain = imported(reader, module);
            module.table(new TableDefinition(plain.type(), plain.element(), reader.position()));
            Immediates.skipExpression(reader);
        }
    }

    /** A table type, as a table without initialiser. */
    static TableDefinition imported(ByteReader reader, ModuleBuilder module) {
        int element = TypeReader.referenceType(reader, module.types());
        int at = reader.position();
        int flags = reader.u8();
        if ((flags & ~(HAS_MAXIMUM | IS_64)) != 0) {
            throw reader.malformed("malformed limits flags", at);
        }
        boolean is64 = (flags & IS_64) != 0;
        long minimum = bound(reader);
        long maximum = (flags & HAS_MAXIMUM) != 0 ? bound(reader) : MemoryType.UNBOUNDED;
        RefType type = (RefType) module.types().valueType(element);
        return new TableDefinition(new TableType(type, is64, minimum, maximum), element, Module.NONE);
    }

    /** One number of limits, a u64 whatever the addresses; one that does not fit a long reads as the largest. */
    static long bound(ByteReader reader) {
        long bound = reader.u64();
        return bound < 0 ? Long.MAX_VALUE : bound;
    }
}
