package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.structure.DataSegment;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.ModuleBuilder;
import dev.thimble.wasm.structure.SegmentMode;

/** Section 11 (spec 3.0, "Data Section"). */
final class DataSection {
    private DataSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        int announced = module.module().dataCount();
        int at = reader.position();
        int count = Section.count(reader, 2, 0, limits.segments(), "data segments");
        if (announced != Module.NONE && announced != count) {
            throw reader.malformed("data count and data section have inconsistent lengths", at);
        }
        for (int i = 0; i < count; i++) {
            module.data(segment(reader));
        }
    }

    private static DataSegment segment(ByteReader reader) {
        int at = reader.position();
        int flags = reader.u32();
        if (flags < 0 || flags > 2) {
            throw reader.malformed("malformed data segment kind", at);
        }
        int memory = flags == 1 ? Module.NONE : 0;
        int offset = Module.NONE;
        if (flags != 1) {
            memory = flags == 2 ? reader.index() : 0;
            offset = reader.position();
            Immediates.skipExpression(reader);
        }
        int length = reader.count(1, "bytes");
        int start = reader.position();
        reader.skip(length);
        return new DataSegment(flags == 1 ? SegmentMode.PASSIVE : SegmentMode.ACTIVE, memory, offset, start, length);
    }
}
