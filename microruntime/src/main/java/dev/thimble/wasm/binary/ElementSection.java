package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.structure.ElementSegment;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.ModuleBuilder;
import dev.thimble.wasm.structure.SegmentMode;
import dev.thimble.wasm.structure.TypeCode;

/** Section 9 (spec 3.0, "Element Section"). */
final class ElementSection {
    private static final int NOT_ACTIVE = 1;
    /** Active: an explicit table. Not active: declarative. */
    private static final int EXPLICIT = 2;
    private static final int EXPRESSIONS = 4;

    private ElementSection() {
    }

    static void decode(ByteReader reader, ModuleBuilder module, Limits limits) {
        int count = Section.count(reader, 2, 0, limits.segments(), "element segments");
        for (int i = 0; i < count; i++) {
            module.element(segment(reader, module));
        }
    }

    private static ElementSegment segment(ByteReader reader, ModuleBuilder module) {
        int at = reader.position();
        int flags = reader.u32();
        if ((flags & ~(NOT_ACTIVE | EXPLICIT | EXPRESSIONS)) != 0) {
            throw reader.malformed("malformed elements segment kind", at);
        }
        boolean explicit = (flags & EXPLICIT) != 0;
        boolean expressions = (flags & EXPRESSIONS) != 0;
        SegmentMode mode = (flags & NOT_ACTIVE) == 0 ? SegmentMode.ACTIVE
                : explicit ? SegmentMode.DECLARATIVE : SegmentMode.PASSIVE;
        int table = Module.NONE;
        int offset = Module.NONE;
        if (mode == SegmentMode.ACTIVE) {
            table = explicit ? reader.index() : 0;
            offset = reader.position();
            Immediates.skipExpression(reader);
        }
        boolean typed = (flags & (NOT_ACTIVE | EXPLICIT)) != 0;
        int type;
        if (expressions) {
            type = typed ? TypeReader.referenceType(reader, module.types()) : TypeCode.FUNCREF;
        } else {
            type = TypeCode.reference(false, AbstractHeapType.FUNC);
            if (typed && reader.u8() != 0) {
                throw reader.malformed("malformed element kind", reader.position() - 1);
            }
        }
        int items = reader.count(1, "elements");
        int first = reader.position();
        for (int i = 0; i < items; i++) {
            if (expressions) {
                Immediates.skipExpression(reader);
            } else {
                reader.u32();
            }
        }
        return new ElementSegment(mode, table, offset, type, items, first, expressions);
    }
}
