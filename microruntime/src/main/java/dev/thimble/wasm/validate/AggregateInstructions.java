package dev.thimble.wasm.validate;

import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.CompositeKind;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;

/** Structures and arrays (spec 3.0, "Aggregate Instructions"). */
final class AggregateInstructions {
    private final Code code;
    private final ValidationStack stack;
    private final TypeSpace types;

    AggregateInstructions(Code code, ValidationStack stack) {
        this.code = code;
        this.stack = stack;
        this.types = code.types;
    }

    void validate(int opcode) {
        switch (opcode) {
            case Opcodes.STRUCT_NEW, Opcodes.STRUCT_NEW_DEFAULT -> newStruct(opcode == Opcodes.STRUCT_NEW_DEFAULT);
            case Opcodes.STRUCT_GET, Opcodes.STRUCT_GET_S, Opcodes.STRUCT_GET_U -> {
                int struct = code.type(CompositeKind.STRUCT);
                int field = code.field(struct);
                expectPacking(field, opcode != Opcodes.STRUCT_GET);
                stack.pop(TypeCode.reference(true, struct));
                stack.push(TypeCode.unpacked(field));
            }
            case Opcodes.STRUCT_SET -> {
                int struct = code.type(CompositeKind.STRUCT);
                int field = code.field(struct);
                expectMutable(field, "field");
                stack.pop(TypeCode.unpacked(field));
                stack.pop(TypeCode.reference(true, struct));
            }
            case Opcodes.ARRAY_LEN -> {
                stack.pop(TypeCode.ARRAYREF);
                stack.push(TypeCode.I32);
            }
            default -> array(opcode, code.type(CompositeKind.ARRAY));
        }
    }

    private void array(int opcode, int array) {
        int element = types.element(array);
        switch (opcode) {
            case Opcodes.ARRAY_NEW -> {
                stack.pop(TypeCode.I32);
                stack.pop(TypeCode.unpacked(element));
                stack.push(TypeCode.reference(false, array));
            }
            case Opcodes.ARRAY_NEW_DEFAULT -> {
                expectDefault(element);
                stack.pop(TypeCode.I32);
                stack.push(TypeCode.reference(false, array));
            }
            case Opcodes.ARRAY_NEW_FIXED -> {
                int count = code.reader.index();
                if (count > code.limits.values()) {
                    throw code.error("more than the limit of " + code.limits.values() + " values on the stack");
                }
                for (int i = 0; i < count; i++) {
                    stack.pop(TypeCode.unpacked(element));
                }
                stack.push(TypeCode.reference(false, array));
            }
            case Opcodes.ARRAY_NEW_DATA -> {
                expectNumeric(element);
                code.data();
                stack.pop(TypeCode.I32);
                stack.pop(TypeCode.I32);
                stack.push(TypeCode.reference(false, array));
            }
            case Opcodes.ARRAY_NEW_ELEM -> {
                expectSegment(element);
                stack.pop(TypeCode.I32);
                stack.pop(TypeCode.I32);
                stack.push(TypeCode.reference(false, array));
            }
            case Opcodes.ARRAY_GET, Opcodes.ARRAY_GET_S, Opcodes.ARRAY_GET_U -> {
                expectPacking(element, opcode != Opcodes.ARRAY_GET);
                stack.pop(TypeCode.I32);
                stack.pop(TypeCode.reference(true, array));
                stack.push(TypeCode.unpacked(element));
            }
            case Opcodes.ARRAY_SET -> {
                expectMutable(element, "array");
                popThree(TypeCode.unpacked(element), TypeCode.I32, TypeCode.reference(true, array));
            }
            case Opcodes.ARRAY_FILL -> {
                expectMutable(element, "array");
                stack.pop(TypeCode.I32);
                popThree(TypeCode.unpacked(element), TypeCode.I32, TypeCode.reference(true, array));
            }
            case Opcodes.ARRAY_COPY -> {
                int source = code.type(CompositeKind.ARRAY);
                expectMutable(element, "array");
                expectStorage(types.element(source), element);
                stack.pop(TypeCode.I32);
                stack.pop(TypeCode.I32);
                stack.pop(TypeCode.reference(true, source));
                stack.pop(TypeCode.I32);
                stack.pop(TypeCode.reference(true, array));
            }
            case Opcodes.ARRAY_INIT_DATA -> {
                expectMutable(element, "array");
                expectNumeric(element);
                code.data();
                stack.pop(TypeCode.I32);
                popThree(TypeCode.I32, TypeCode.I32, TypeCode.reference(true, array));
            }
            case Opcodes.ARRAY_INIT_ELEM -> {
                expectMutable(element, "array");
                expectSegment(element);
                stack.pop(TypeCode.I32);
                popThree(TypeCode.I32, TypeCode.I32, TypeCode.reference(true, array));
            }
            default -> throw code.reader.malformed("illegal opcode " + OpcodeTable.mnemonic(opcode), code.opcodeOffset);
        }
    }

    private void newStruct(boolean fromDefaults) {
        int struct = code.type(CompositeKind.STRUCT);
        for (int i = types.fieldCount(struct) - 1; i >= 0; i--) {
            int field = types.field(struct, i);
            if (fromDefaults) {
                expectDefault(field);
            } else {
                stack.pop(TypeCode.unpacked(field));
            }
        }
        stack.push(TypeCode.reference(false, struct));
    }

    private void popThree(int top, int middle, int deepest) {
        stack.pop(top);
        stack.pop(middle);
        stack.pop(deepest);
    }

    private void expectPacking(int field, boolean packed) {
        if (TypeCode.isPacked(field) != packed) {
            throw code.error("type mismatch: the field is " + (packed ? "not packed" : "packed"));
        }
    }

    private void expectMutable(int field, String what) {
        if (!TypeCode.isMutable(field)) {
            throw code.error("immutable " + what);
        }
    }

    private void expectDefault(int field) {
        if (!TypeCode.isDefaultable(TypeCode.unpacked(field))) {
            throw code.error("type mismatch: " + TypeCode.text(TypeCode.storage(field)) + " has no default value");
        }
    }

    private void expectNumeric(int element) {
        if (TypeCode.isReference(TypeCode.unpacked(element))) {
            throw code.error("array type is not numeric or vector");
        }
    }

    private void expectSegment(int element) {
        int segment = code.context.elements[code.element()].type();
        if (!types.matches(segment, TypeCode.unpacked(element))) {
            throw code.mismatch(TypeCode.unpacked(element), segment);
        }
    }

    private void expectStorage(int source, int target) {
        int from = TypeCode.storage(source);
        int to = TypeCode.storage(target);
        if (from != to && (TypeCode.isPacked(source) || TypeCode.isPacked(target) || !types.matches(from, to))) {
            throw code.error("array types do not match: " + TypeCode.text(from) + " into " + TypeCode.text(to));
        }
    }
}
