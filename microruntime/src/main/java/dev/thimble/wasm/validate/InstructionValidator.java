package dev.thimble.wasm.validate;

import dev.thimble.wasm.binary.TypeReader;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.GlobalDefinition;
import dev.thimble.wasm.structure.TypeCode;

/**
 * Validates one instruction (spec 3.0, "Instructions"): those whose operands the opcode table tells in full are done
 * here, the rest by the class of their family.
 */
final class InstructionValidator {
    private final Code code;
    private final ValidationStack stack;
    private final MemoryInstructions memory;
    private final ControlInstructions control;
    private final TableInstructions tables;
    private final ReferenceInstructions references;
    private final AggregateInstructions aggregates;

    InstructionValidator(Code code, ValidationStack stack) {
        this.code = code;
        this.stack = stack;
        memory = new MemoryInstructions(code, stack);
        control = new ControlInstructions(code, stack);
        tables = new TableInstructions(code, stack);
        references = new ReferenceInstructions(code, stack);
        aggregates = new AggregateInstructions(code, stack);
    }

    /** The instruction whose opcode {@link Code#next} has read. */
    void validate(int opcode) {
        int signature = OpcodeTable.signature(opcode);
        if (signature == Opcodes.SPECIAL) {
            special(opcode);
            return;
        }
        int address = OpcodeTable.immediates(opcode) == Opcodes.IMM_NONE ? 0 : memory.immediates(opcode);
        for (int shift = 12; shift >= 0; shift -= 4) {
            int operand = signature >>> shift & 15;
            if (operand != 0) {
                stack.pop(operand == Opcodes.ADDRESS ? address : operand);
            }
        }
        for (int shift = 16; shift <= 20; shift += 4) {
            int result = signature >>> shift & 15;
            if (result != 0) {
                stack.push(result == Opcodes.ADDRESS ? address : result);
            }
        }
    }

    private void special(int opcode) {
        switch (opcode) {
            case Opcodes.DROP -> stack.pop();
            case Opcodes.SELECT -> select();
            case Opcodes.SELECT_T -> typedSelect();
            case Opcodes.LOCAL_GET -> {
                int local = stack.local();
                if (!stack.isInitialised(local)) {
                    throw code.error("uninitialized local " + local);
                }
                stack.push(stack.localType(local));
            }
            case Opcodes.LOCAL_SET -> {
                int local = stack.local();
                stack.pop(stack.localType(local));
                stack.initialise(local);
            }
            case Opcodes.LOCAL_TEE -> {
                int local = stack.local();
                stack.pop(stack.localType(local));
                stack.push(stack.localType(local));
                stack.initialise(local);
            }
            case Opcodes.GLOBAL_GET -> stack.push(code.context.globals[code.global()].code());
            case Opcodes.GLOBAL_SET -> {
                GlobalDefinition global = code.context.globals[code.global()];
                if (!global.type().mutable()) {
                    throw code.error("immutable global");
                }
                stack.pop(global.code());
            }
            case Opcodes.MEMORY_COPY -> memory.copy();
            default -> family(opcode);
        }
    }

    private void family(int opcode) {
        if (opcode >>> 16 == 0xFB) {
            if ((opcode & 0xFF) <= (Opcodes.ARRAY_INIT_ELEM & 0xFF)) {
                aggregates.validate(opcode);
            } else {
                references.validate(opcode);
            }
        } else if (opcode >>> 16 == 0xFC || opcode == Opcodes.TABLE_GET || opcode == Opcodes.TABLE_SET) {
            tables.validate(opcode);
        } else if (opcode >= Opcodes.REF_NULL) {
            references.validate(opcode);
        } else {
            control.validate(opcode);
        }
    }

    private void select() {
        stack.pop(TypeCode.I32);
        int second = stack.pop();
        int first = stack.pop();
        if (TypeCode.isReference(first) || TypeCode.isReference(second)) {
            throw code.error("type mismatch: select without a type takes no references");
        }
        if (first != second && first != TypeCode.BOTTOM && second != TypeCode.BOTTOM) {
            throw code.mismatch(first, second);
        }
        stack.push(first == TypeCode.BOTTOM ? second : first);
    }

    private void typedSelect() {
        int count = code.reader.count(1, "types");
        if (count != 1) {
            throw code.error("invalid result arity " + count);
        }
        int type = TypeReader.valueType(code.reader, code.types);
        stack.pop(TypeCode.I32);
        stack.pop(type);
        stack.pop(type);
        stack.push(type);
    }
}
