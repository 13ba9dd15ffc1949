package dev.thimble.wasm.validate;

import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.TypeReader;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.structure.CompositeKind;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;
import java.util.Locale;

/**
 * The place in the code being validated, and the indices that instructions name there: each method reads one immediate
 * and checks that what it names exists. Errors say function, instruction and offset.
 */
final class Code {
    final ModuleContext context;
    final TypeSpace types;
    final Limits limits;
    final ByteReader reader = new ByteReader();
    /** The function, or {@link Trap#UNKNOWN} in a constant expression. */
    int function;
    int opcode;
    int opcodeOffset;

    Code(ModuleContext context, Limits limits) {
        this.context = context;
        this.types = context.types;
        this.limits = limits;
    }

    InvalidModuleException error(String message) {
        return new InvalidModuleException(message + " at " + OpcodeTable.mnemonic(opcode), function, opcodeOffset);
    }

    InvalidModuleException mismatch(int expected, int actual) {
        return error("type mismatch: expected " + TypeCode.text(expected) + ", found " + TypeCode.text(actual));
    }

    /** Reads the next opcode, which errors will name. */
    int next() {
        opcodeOffset = reader.position();
        opcode = reader.opcode();
        return opcode;
    }

    private int index(int bound, String what) {
        int index = reader.index();
        if (index >= bound) {
            throw unknown(what, index);
        }
        return index;
    }

    InvalidModuleException unknown(String what, int index) {
        return error("unknown " + what + " " + Integer.toUnsignedString(index));
    }

    int functionIndex() {
        return index(context.functions, "function");
    }

    int table() {
        return index(context.tables.length, "table");
    }

    int memory() {
        return index(context.memories.length, "memory");
    }

    int global() {
        return index(context.globals.length, "global");
    }

    int element() {
        return index(context.elements.length, "elem segment");
    }

    /** A data segment's index; the data section comes after the code, so its count must have been announced. */
    int data() {
        if (context.module.dataCount() == Module.NONE) {
            throw reader.malformed("data count section required");
        }
        return index(context.module.dataCount(), "data segment");
    }

    /** A tag; the result is the index of its function type. */
    int tagType() {
        return context.tags[index(context.tags.length, "tag")];
    }

    /** A type of the given kind. */
    int type(CompositeKind kind) {
        int type = index(types.count(), "type");
        if (types.kind(type) != kind) {
            throw error("type mismatch: type " + type + " is not a " + kind.name().toLowerCase(Locale.ROOT) + " type");
        }
        return types.canonical(type);
    }

    /** A field of a structure; the result is its code. */
    int field(int struct) {
        return types.field(struct, index(types.fieldCount(struct), "field"));
    }

    /** A heap type, as the reference to it. */
    int heapType(boolean nullable) {
        return TypeReader.heapType(reader, nullable, types);
    }
}
