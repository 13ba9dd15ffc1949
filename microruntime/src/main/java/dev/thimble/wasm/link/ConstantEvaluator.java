package dev.thimble.wasm.link;

import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.binary.ByteReader;
import dev.thimble.wasm.binary.TypeReader;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.execute.gc.ArrayStatement;
import dev.thimble.wasm.execute.gc.I31;
import dev.thimble.wasm.execute.gc.StructLayout;
import dev.thimble.wasm.execute.gc.StructNew;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.GlobalDefinition;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;
import java.util.Arrays;

/**
 * Evaluates validated constant expressions (spec 3.0, "Constant Expressions") on a row of slots of its own. The result of
 * the last evaluation is in {@link #bits}, {@link #high} and {@link #reference}.
 */
final class ConstantEvaluator {
    private final Module module;
    private final TypeSpace types;
    private final ModuleInstance instance;
    private final ByteReader reader = new ByteReader();
    private long[] slots = new long[8];
    private Object[] references = new Object[8];
    private int top;

    ConstantEvaluator(Module module, ModuleInstance instance) {
        this.module = module;
        this.types = module.types();
        this.instance = instance;
    }

    /** A number's raw bits, or a v128's low half. */
    long bits() {
        return slots[0];
    }

    /** A v128's high half. */
    long high() {
        return slots[1];
    }

    Object reference() {
        return references[0];
    }

    /** Evaluates the expression at an offset of the binary; the result is the offset behind it. */
    int evaluate(int offset) {
        reader.reset(module.binary(), offset, module.binary().length, null);
        top = 0;
        while (true) {
            int opcode = reader.opcode();
            if (opcode == Opcodes.END) {
                return reader.position();
            }
            instruction(opcode);
        }
    }

    private void instruction(int opcode) {
        switch (opcode) {
            case Opcodes.I32_CONST -> number(reader.s32());
            case Opcodes.I64_CONST -> number(reader.s64());
            case Opcodes.F32_CONST -> number(reader.i32Bits());
            case Opcodes.F64_CONST -> number(reader.i64Bits());
            case Opcodes.V128_CONST -> {
                number(reader.i64Bits());
                number(reader.i64Bits());
            }
            case Opcodes.I32_ADD, Opcodes.I32_SUB, Opcodes.I32_MUL, Opcodes.I64_ADD, Opcodes.I64_SUB, Opcodes.I64_MUL ->
                arithmetic(opcode);
            case Opcodes.GLOBAL_GET -> global(reader.index());
            case Opcodes.REF_NULL -> {
                TypeReader.heapType(reader, true, types);
                reference(null);
            }
            case Opcodes.REF_FUNC -> reference(instance.functions[reader.index()]);
            case Opcodes.REF_I31 -> reference(I31.of((int) slots[--top]));
            case Opcodes.STRUCT_NEW, Opcodes.STRUCT_NEW_DEFAULT -> struct(opcode, reader.index());
            case Opcodes.ARRAY_NEW -> array(opcode, 1, 1);
            case Opcodes.ARRAY_NEW_DEFAULT -> array(opcode, 0, 1);
            case Opcodes.ARRAY_NEW_FIXED -> array(opcode, -1, 0);
            // The hierarchies any and extern share their representation.
            case Opcodes.ANY_CONVERT_EXTERN, Opcodes.EXTERN_CONVERT_ANY -> { }
            default -> throw new IllegalStateException("not constant: " + OpcodeTable.mnemonic(opcode));
        }
    }

    private void arithmetic(int opcode) {
        long right = slots[--top];
        long left = slots[--top];
        number(switch (opcode) {
            case Opcodes.I32_ADD -> (int) (left + right);
            case Opcodes.I32_SUB -> (int) (left - right);
            case Opcodes.I32_MUL -> (int) (left * right);
            case Opcodes.I64_ADD -> left + right;
            case Opcodes.I64_SUB -> left - right;
            default -> left * right;
        });
    }

    private void struct(int opcode, int type) {
        int operands = 0;
        if (opcode == Opcodes.STRUCT_NEW) {
            for (int i = 0; i < types.fieldCount(type); i++) {
                operands += TypeCode.slots(TypeCode.unpacked(types.field(type, i)));
            }
        }
        top -= operands;
        room();
        new StructNew(new StructLayout(types.defined(type)), opcode == Opcodes.STRUCT_NEW_DEFAULT, top).run(slots, references);
        top++;
    }

    /** An array of {@code elements} given values, or as many as an immediate says when negative, and {@code lengths} lengths. */
    private void array(int opcode, int elements, int lengths) {
        int type = reader.index();
        int count = elements < 0 ? reader.index() : elements;
        top -= count * TypeCode.slots(TypeCode.unpacked(types.element(type))) + lengths;
        room();
        new ArrayStatement(opcode, types.defined(type), count, top).run(instance, slots, references);
        // Each may be as large as the heap allows, and nothing else bounds how many a module makes before it runs.
        instance.meter.nextSlice();
        top++;
    }

    private void global(int index) {
        GlobalDefinition definition = module.globals().get(index);
        Global global = instance.globals[index];
        if (TypeCode.isReference(definition.code())) {
            reference(global.reference());
            return;
        }
        number(global.bits());
        if (definition.code() == TypeCode.V128) {
            number(global.high());
        }
    }

    private void number(long bits) {
        room();
        slots[top++] = bits;
    }

    private void reference(Object value) {
        room();
        references[top++] = value;
    }

    private void room() {
        if (top + 2 > slots.length) {
            slots = Arrays.copyOf(slots, 2 * slots.length);
            references = Arrays.copyOf(references, slots.length);
        }
    }
}
