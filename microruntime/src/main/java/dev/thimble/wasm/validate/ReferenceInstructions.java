package dev.thimble.wasm.validate;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.TypeCode;

/** Reference instructions, casts and i31 (spec 3.0, "Reference Instructions", "Control Instructions"). */
final class ReferenceInstructions {
    private static final int FIRST_NULLABLE = 1;
    private static final int SECOND_NULLABLE = 2;

    private final Code code;
    private final ValidationStack stack;

    ReferenceInstructions(Code code, ValidationStack stack) {
        this.code = code;
        this.stack = stack;
    }

    void validate(int opcode) {
        switch (opcode) {
            case Opcodes.REF_NULL -> stack.push(code.heapType(true));
            case Opcodes.REF_IS_NULL -> {
                stack.popReference();
                stack.push(TypeCode.I32);
            }
            case Opcodes.REF_FUNC -> function();
            case Opcodes.REF_EQ -> {
                stack.pop(TypeCode.EQREF);
                stack.pop(TypeCode.EQREF);
                stack.push(TypeCode.I32);
            }
            case Opcodes.REF_AS_NON_NULL -> stack.push(TypeCode.nonNull(stack.popReference()));
            case Opcodes.BR_ON_NULL -> {
                int frame = stack.label();
                int reference = stack.popReference();
                stack.popLabel(frame);
                stack.pushLabel(frame, stack.labelCount(frame));
                stack.push(TypeCode.nonNull(reference));
            }
            case Opcodes.BR_ON_NON_NULL -> {
                int frame = stack.label();
                int last = lastOfLabel(frame);
                int reference = stack.popReference();
                expect(TypeCode.nonNull(reference), last);
                int others = stack.labelCount(frame) - 1;
                stack.popLabel(frame, others);
                stack.pushLabel(frame, others);
            }
            case Opcodes.REF_TEST, Opcodes.REF_TEST_NULL -> {
                stack.pop(code.types.top(code.heapType(true)));
                stack.push(TypeCode.I32);
            }
            case Opcodes.REF_CAST, Opcodes.REF_CAST_NULL -> {
                int target = code.heapType(opcode == Opcodes.REF_CAST_NULL);
                stack.pop(code.types.top(target));
                stack.push(target);
            }
            case Opcodes.BR_ON_CAST, Opcodes.BR_ON_CAST_FAIL -> branchOnCast(opcode == Opcodes.BR_ON_CAST);
            case Opcodes.ANY_CONVERT_EXTERN -> convert(TypeCode.EXTERNREF, AbstractHeapType.ANY);
            case Opcodes.EXTERN_CONVERT_ANY -> convert(TypeCode.ANYREF, AbstractHeapType.EXTERN);
            case Opcodes.REF_I31 -> {
                stack.pop(TypeCode.I32);
                stack.push(TypeCode.nonNull(TypeCode.I31REF));
            }
            case Opcodes.I31_GET_S, Opcodes.I31_GET_U -> {
                stack.pop(TypeCode.I31REF);
                stack.push(TypeCode.I32);
            }
            default -> throw code.reader.malformed("illegal opcode " + OpcodeTable.mnemonic(opcode), code.opcodeOffset);
        }
    }

    private void function() {
        int function = code.functionIndex();
        if (code.function == Trap.UNKNOWN) {
            code.context.referenced.set(function);
        } else if (!code.context.referenced.get(function)) {
            throw code.error("undeclared function reference " + function);
        }
        int type = code.context.module.functionType(function);
        stack.push(TypeCode.reference(false, code.types.canonical(type)));
    }

    private int lastOfLabel(int frame) {
        int count = stack.labelCount(frame);
        if (count == 0) {
            throw code.error("type mismatch: the label takes no reference");
        }
        return stack.labelType(frame, count - 1);
    }

    private void expect(int actual, int expected) {
        if (!code.types.matches(actual, expected)) {
            throw code.mismatch(expected, actual);
        }
    }

    private void branchOnCast(boolean onSuccess) {
        int flags = code.reader.u8();
        if (flags > (FIRST_NULLABLE | SECOND_NULLABLE)) {
            throw code.reader.malformed("malformed cast flags");
        }
        int frame = stack.label();
        int source = code.heapType((flags & FIRST_NULLABLE) != 0);
        int target = code.heapType((flags & SECOND_NULLABLE) != 0);
        expect(target, source);
        int last = lastOfLabel(frame);
        int rest = TypeCode.isNullable(target) ? TypeCode.nonNull(source) : source;
        expect(onSuccess ? target : rest, last);
        stack.pop(source);
        int others = stack.labelCount(frame) - 1;
        stack.popLabel(frame, others);
        stack.pushLabel(frame, others);
        stack.push(onSuccess ? rest : target);
    }

    private void convert(int from, AbstractHeapType to) {
        int actual = stack.pop(from);
        stack.push(TypeCode.reference(actual != TypeCode.BOTTOM && TypeCode.isNullable(actual), to));
    }
}
