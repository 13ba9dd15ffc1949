package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.structure.ModuleBuilder;

/** Section 5 (spec 3.0, "Memory Section", "Limits"; proposals threads and custom page sizes for the flags). */
final class MemorySection {
    private static final int HAS_MAXIMUM = 1;
    private static final int SHARED = 2;
    private static final int IS_64 = 4;
    private static final int PAGE_SIZE = 8;
    private static final int DEFAULT_PAGE_SIZE_LOG2 = 16;

    private MemorySection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        int count = Section.count(reader, 2, module.module().memories().size(), limits.memories(), "memories");
        for (int i = 0; i < count; i++) {
            module.memory(type(reader));
        }
    }

    static MemoryType type(ByteReader reader) {
        int at = reader.position();
        int flags = reader.u8();
        if (flags > (HAS_MAXIMUM | SHARED | IS_64 | PAGE_SIZE)) {
            throw reader.malformed("malformed limits flags", at);
        }
        boolean is64 = (flags & IS_64) != 0;
        long minimum = TableSection.bound(reader);
        long maximum = (flags & HAS_MAXIMUM) != 0 ? TableSection.bound(reader) : MemoryType.UNBOUNDED;
        int pageSizeLog2 = (flags & PAGE_SIZE) != 0 ? reader.index() : DEFAULT_PAGE_SIZE_LOG2;
        if (pageSizeLog2 >= Long.SIZE) {
            throw reader.malformed("invalid custom page size");
        }
        return new MemoryType(is64, minimum, maximum, (flags & SHARED) != 0, pageSizeLog2);
    }
}
