package dev.thimble.wasm.binary;

import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.structure.ModuleBuilder;
import java.util.Locale;

/** The sections that must come in order, in that order, each with its decoder (spec 3.0, binary format, "Modules"). */
enum Section {
    TYPE(1, TypeSection::decode),
    IMPORT(2, ImportSection::decode),
    FUNCTION(3, FunctionSection::decode),
    TABLE(4, TableSection::decode),
    MEMORY(5, MemorySection::decode),
    TAG(13, TagSection::decode),
    GLOBAL(6, GlobalSection::decode),
    EXPORT(7, ExportSection::decode),
    START(8, StartSection::decode),
    ELEMENT(9, ElementSection::decode),
    DATA_COUNT(12, DataCountSection::decode),
    /** Decoded body by body by {@link ModuleDecoder}. */
    CODE(10, null),
    DATA(11, DataSection::decode);

    /** Decodes a section's contents; the reader ends where the section does. */
    @FunctionalInterface
    interface Decoder {
        void decode(ByteReader reader, ModuleBuilder module, Limits limits);
    }

    private static final Section[] BY_ID = new Section[14];

    static {
        for (Section section : values()) {
            BY_ID[section.id] = section;
        }
    }

    private final int id;
    final Decoder decoder;

    Section(int id, Decoder decoder) {
        this.id = id;
        this.decoder = decoder;
    }

    /** The section of an id from 1, or null. */
    static Section of(int id) {
        return id < BY_ID.length ? BY_ID[id] : null;
    }

    /** For messages. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** A vector's length, checked against the bytes left and against the engine's limit, less what there is already. */
    static int count(ByteReader reader, int leastBytes, int present, int limit, String what) {
        int at = reader.position();
        int count = reader.count(leastBytes, what);
        if (count > limit - present) {
            throw new InvalidModuleException("more than the limit of " + limit + " " + what, Trap.UNKNOWN, at);
        }
        return count;
    }
}
