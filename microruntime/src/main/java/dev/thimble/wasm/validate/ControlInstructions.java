package dev.thimble.wasm.validate;

import dev.thimble.wasm.api.AbstractHeapType;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.CompositeKind;
import dev.thimble.wasm.structure.TypeCode;

/** Blocks, branches, calls and exceptions (spec 3.0, "Control Instructions"; the legacy exception proposal). */
final class ControlInstructions {
    private static final int EXCEPTION = TypeCode.reference(false, AbstractHeapType.EXN);

    private final Code code;
    private final ValidationStack stack;

    ControlInstructions(Code code, ValidationStack stack) {
        this.code = code;
        this.stack = stack;
    }

    void validate(int opcode) {
        switch (opcode) {
            case Opcodes.UNREACHABLE -> stack.markUnreachable();
            case Opcodes.BLOCK -> stack.openBlock(ValidationStack.BLOCK);
            case Opcodes.LOOP -> stack.openBlock(ValidationStack.LOOP);
            case Opcodes.IF -> {
                stack.pop(TypeCode.I32);
                stack.openBlock(ValidationStack.IF);
            }
            case Opcodes.ELSE -> {
                expectKind(stack.kind() == ValidationStack.IF, "if");
                stack.reopen(ValidationStack.ELSE, true);
            }
            case Opcodes.END -> end();
            case Opcodes.BR -> {
                stack.popLabel(stack.label());
                stack.markUnreachable();
            }
            case Opcodes.BR_IF -> {
                int frame = stack.label();
                stack.pop(TypeCode.I32);
                stack.popLabel(frame);
                stack.pushLabel(frame, stack.labelCount(frame));
            }
            case Opcodes.BR_TABLE -> branchTable();
            case Opcodes.RETURN -> {
                stack.popLabel(stack.outermost());
                stack.markUnreachable();
            }
            case Opcodes.CALL -> call(code.context.module.functionType(code.functionIndex()));
            case Opcodes.CALL_INDIRECT -> call(indirect());
            case Opcodes.CALL_REF -> call(reference());
            case Opcodes.RETURN_CALL -> returnCall(code.context.module.functionType(code.functionIndex()));
            case Opcodes.RETURN_CALL_INDIRECT -> returnCall(indirect());
            case Opcodes.RETURN_CALL_REF -> returnCall(reference());
            case Opcodes.TRY_TABLE -> tryTable();
            case Opcodes.THROW -> {
                stack.popParameters(code.tagType());
                stack.markUnreachable();
            }
            case Opcodes.THROW_REF -> {
                stack.pop(TypeCode.EXNREF);
                stack.markUnreachable();
            }
            case Opcodes.TRY -> stack.openBlock(ValidationStack.TRY);
            case Opcodes.CATCH -> {
                int tag = code.tagType();
                expectTryOrCatch();
                stack.reopen(ValidationStack.CATCH, false);
                stack.pushParameters(tag);
            }
            case Opcodes.CATCH_ALL -> {
                expectTryOrCatch();
                stack.reopen(ValidationStack.CATCH_ALL, false);
            }
            case Opcodes.DELEGATE -> {
                expectKind(stack.kind() == ValidationStack.TRY, "try");
                stack.close();
                stack.label();
                stack.pushClosedResults();
            }
            case Opcodes.RETHROW -> {
                byte kind = stack.kindOf(stack.label());
                if (kind != ValidationStack.CATCH && kind != ValidationStack.CATCH_ALL) {
                    throw code.error("invalid rethrow label");
                }
                stack.markUnreachable();
            }
            default -> throw code.reader.malformed("illegal opcode " + OpcodeTable.mnemonic(opcode), code.opcodeOffset);
        }
    }

    private void end() {
        if (stack.kind() == ValidationStack.IF && !stack.parametersMatchResults()) {
            throw code.error("type mismatch: an if without else must give what it takes");
        }
        stack.close();
        if (!stack.isDone()) {
            stack.pushClosedResults();
        }
    }

    /** The text format cannot put these elsewhere, so in the binary they are malformed rather than invalid. */
    private void expectKind(boolean fits, String opener) {
        if (!fits) {
            throw code.reader.malformed(OpcodeTable.mnemonic(code.opcode) + " without " + opener, code.opcodeOffset);
        }
    }

    private void expectTryOrCatch() {
        expectKind(stack.kind() == ValidationStack.TRY || stack.kind() == ValidationStack.CATCH, "try");
    }

    private void branchTable() {
        int labels = code.reader.count(1, "labels");
        stack.pop(TypeCode.I32);
        stack.beginTable();
        int arity = -1;
        for (int i = 0; i <= labels; i++) {
            int frame = stack.label();
            int count = stack.labelCount(frame);
            if (arity >= 0 && count != arity) {
                throw code.error("type mismatch: labels of " + arity + " and " + count + " values");
            }
            arity = count;
            stack.checkLabel(frame);
        }
        stack.markUnreachable();
    }

    private int indirect() {
        int type = code.type(CompositeKind.FUNCTION);
        int table = code.table();
        if (!code.types.matches(code.context.tables[table].element(), TypeCode.FUNCREF)) {
            throw code.mismatch(TypeCode.FUNCREF, code.context.tables[table].element());
        }
        stack.pop(code.context.tables[table].addressType());
        return type;
    }

    private int reference() {
        int type = code.type(CompositeKind.FUNCTION);
        stack.pop(TypeCode.reference(true, type));
        return type;
    }

    private void call(int type) {
        stack.popParameters(type);
        stack.pushResults(type);
    }

    private void returnCall(int type) {
        stack.popParameters(type);
        int frame = stack.outermost();
        int results = code.types.resultCount(type);
        if (results != stack.labelCount(frame)) {
            throw code.error("type mismatch: a tail call gives " + results + " values, the function " + stack.labelCount(frame));
        }
        for (int i = 0; i < results; i++) {
            if (!code.types.matches(code.types.result(type, i), stack.labelType(frame, i))) {
                throw code.mismatch(stack.labelType(frame, i), code.types.result(type, i));
            }
        }
        stack.markUnreachable();
    }

    /**
     * The clauses' labels count from outside of the block, but the block type comes first: so the block is opened, and
     * its own label is left out of the count.
     */
    private void tryTable() {
        stack.openBlock(ValidationStack.BLOCK);
        int clauses = code.reader.count(2, "catch clauses");
        for (int i = 0; i < clauses; i++) {
            int kind = code.reader.u8();
            if (kind > 3) {
                throw code.reader.malformed("malformed catch clause");
            }
            boolean all = kind >= 2;
            int tag = all ? -1 : code.tagType();
            int values = all ? 0 : code.types.parameterCount(tag);
            boolean withReference = (kind & 1) != 0;
            int frame = stack.outerLabel();
            if (stack.labelCount(frame) != values + (withReference ? 1 : 0)) {
                throw code.error("type mismatch: a catch clause's label takes " + stack.labelCount(frame) + " values");
            }
            for (int v = 0; v < values; v++) {
                expectLabel(code.types.parameter(tag, v), stack.labelType(frame, v));
            }
            if (withReference) {
                expectLabel(EXCEPTION, stack.labelType(frame, values));
            }
        }
    }

    private void expectLabel(int actual, int expected) {
        if (!code.types.matches(actual, expected)) {
            throw code.mismatch(expected, actual);
        }
    }
}
