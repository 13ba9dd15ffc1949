package dev.thimble.wasm.validate;

import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.binary.TypeReader;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.GlobalDefinition;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;

/** Validates function bodies and constant expressions of one module, one after the other. Not thread-safe. */
final class FunctionValidator {
    private final Code code;
    private final ValidationStack stack;
    private final InstructionValidator instructions;

    FunctionValidator(ModuleContext context, Limits limits) {
        code = new Code(context, limits);
        stack = new ValidationStack(code);
        instructions = new InstructionValidator(code, stack);
    }

    /** A function's locals and body (spec 3.0, "Functions"; binary format, "Code Section"). */
    void function(int function) {
        Module module = code.context.module;
        int type = module.functionType(function);
        code.function = function;
        code.reader.reset(module.binary(), module.bodyStart(function), module.bodyEnd(function), "code");
        stack.clear();
        int slots = 0;
        for (int i = 0; i < code.types.parameterCount(type); i++) {
            int parameter = code.types.parameter(type, i);
            stack.addLocals(1, parameter, true);
            slots += TypeCode.slots(parameter);
        }
        locals(slots);
        stack.open(ValidationStack.FUNCTION, type, TypeReader.NO_RESULT);
        while (!stack.isDone()) {
            instructions.validate(code.next());
        }
        if (!code.reader.atEnd()) {
            throw code.reader.malformed("section size mismatch: bytes after the end of a function");
        }
    }

    private void locals(int parameterSlots) {
        long slots = parameterSlots;
        long all = 0;
        int groups = code.reader.count(2, "local declarations");
        for (int i = 0; i < groups; i++) {
            int at = code.reader.position();
            long count = Integer.toUnsignedLong(code.reader.u32());
            int type = TypeReader.valueType(code.reader, code.types);
            all += count;
            slots += count * TypeCode.slots(type);
            if (all > 0xFFFF_FFFFL) {
                throw code.reader.malformed("too many locals", at);
            }
            if (slots <= code.limits.locals()) {
                stack.addLocals((int) count, type, false);
            }
        }
        if (slots > code.limits.locals()) {
            throw new InvalidModuleException("more than the limit of " + code.limits.locals() + " slots of locals",
                    code.function, code.reader.position());
        }
    }

    /**
     * A constant expression (spec 3.0, "Constant Expressions").
     *
     * @param offset   of the expression in the binary
     * @param expected {@link TypeCode} of its value
     * @param globals  how many globals it may see
     * @return the offset behind it
     */
    int constant(int offset, int expected, int globals) {
        byte[] binary = code.context.module.binary();
        code.function = Trap.UNKNOWN;
        code.reader.reset(binary, offset, binary.length, null);
        stack.clear();
        stack.openConstant(expected);
        while (!stack.isDone()) {
            int opcode = code.next();
            expectConstant(opcode, globals);
            instructions.validate(opcode);
        }
        return code.reader.position();
    }

    private void expectConstant(int opcode, int globals) {
        switch (opcode) {
            case Opcodes.END, Opcodes.I32_CONST, Opcodes.I64_CONST, Opcodes.F32_CONST, Opcodes.F64_CONST, Opcodes.V128_CONST,
                 Opcodes.I32_ADD, Opcodes.I32_SUB, Opcodes.I32_MUL, Opcodes.I64_ADD, Opcodes.I64_SUB, Opcodes.I64_MUL,
                 Opcodes.REF_NULL, Opcodes.REF_FUNC, Opcodes.REF_I31, Opcodes.STRUCT_NEW, Opcodes.STRUCT_NEW_DEFAULT,
                 Opcodes.ARRAY_NEW, Opcodes.ARRAY_NEW_DEFAULT, Opcodes.ARRAY_NEW_FIXED,
                 Opcodes.ANY_CONVERT_EXTERN, Opcodes.EXTERN_CONVERT_ANY -> { }
            case Opcodes.GLOBAL_GET -> {
                int at = code.reader.position();
                int index = code.reader.index();
                if (index >= globals) {
                    throw code.unknown("global", index);
                }
                GlobalDefinition global = code.context.globals[index];
                if (global.type().mutable()) {
                    throw code.error("constant expression required: a mutable global");
                }
                code.reader.position(at);
            }
            default -> {
                if (OpcodeTable.immediates(opcode) == Opcodes.IMM_UNKNOWN) {
                    throw code.reader.malformed("illegal opcode " + OpcodeTable.mnemonic(opcode), code.opcodeOffset);
                }
                throw code.error("constant expression required");
            }
        }
    }
}
