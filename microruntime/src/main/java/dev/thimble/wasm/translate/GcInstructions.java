package dev.thimble.wasm.translate;

import dev.thimble.wasm.api.ArrayType;
import dev.thimble.wasm.api.HeapType;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Slots;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.execute.gc.ArrayStatement;
import dev.thimble.wasm.execute.gc.HeapNodes;
import dev.thimble.wasm.execute.gc.ReferenceNodes;
import dev.thimble.wasm.execute.gc.Storage;
import dev.thimble.wasm.execute.gc.StructLayout;
import dev.thimble.wasm.execute.gc.StructNew;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;

/**
 * The instructions on structures, arrays and i31, all of them statements on operands in a row of slots. Loaded only
 * for a module that uses them.
 */
final class GcInstructions {
    private static final int WRITES_HEAP = Operand.STATE | Operand.TRAP;

    private GcInstructions() {
    }

    /** ref.eq and every instruction with prefix 0xFB but the branches. */
    static void translate(int opcode, CodeReader in, OperandStack stack, TypeSpace types) {
        switch (opcode) {
            case Opcodes.STRUCT_NEW, Opcodes.STRUCT_NEW_DEFAULT, Opcodes.STRUCT_GET, Opcodes.STRUCT_GET_S,
                    Opcodes.STRUCT_GET_U, Opcodes.STRUCT_SET -> struct(opcode, in, stack, types);
            case Opcodes.REF_EQ -> {
                stack.prepare(2);
                Operand b = stack.pop(), a = stack.pop();
                stack.push(TypeCode.I32, new ReferenceNodes.Same(a.node, b.node), 0, a, b);
            }
            case Opcodes.REF_TEST, Opcodes.REF_TEST_NULL -> {
                stack.prepare(1);
                Operand a = stack.pop();
                boolean nullable = opcode == Opcodes.REF_TEST_NULL;
                stack.push(TypeCode.I32, new ReferenceNodes.Test(a.node, nullable, in.heapType(types)), 0, a);
            }
            case Opcodes.REF_CAST, Opcodes.REF_CAST_NULL -> {
                stack.prepare(1);
                Operand a = stack.pop();
                boolean nullable = opcode == Opcodes.REF_CAST_NULL;
                stack.push(TypeCode.ANYREF, new ReferenceNodes.Cast(a.node, nullable, in.heapType(types)), Operand.TRAP, a);
            }
            case Opcodes.REF_I31 -> {
                stack.prepare(1);
                Operand a = stack.pop();
                stack.push(TypeCode.ANYREF, new ReferenceNodes.Box(a.node), 0, a);
            }
            case Opcodes.I31_GET_S, Opcodes.I31_GET_U -> {
                stack.prepare(1);
                Operand a = stack.pop();
                stack.push(TypeCode.I32, new ReferenceNodes.Unbox(a.node, opcode == Opcodes.I31_GET_S), Operand.TRAP, a);
            }
            // The hierarchies any and extern share their representation.
            case Opcodes.ANY_CONVERT_EXTERN, Opcodes.EXTERN_CONVERT_ANY -> { }
            case Opcodes.ARRAY_LEN -> {
                stack.prepare(1);
                Operand a = stack.pop();
                stack.push(TypeCode.I32, new HeapNodes.ArrayLength(a.node), Operand.TRAP, a);
            }
            default -> array(opcode, in, stack, types);
        }
    }

    /** Whether a reference is of a type, as {@code br_on_cast} asks. */
    static Node test(Node reference, boolean nullable, HeapType type) {
        return new ReferenceNodes.Test(reference, nullable, type);
    }

    private static void struct(int opcode, CodeReader in, OperandStack stack, TypeSpace types) {
        int type = in.u32();
        var layout = new StructLayout(types.defined(type));
        if (opcode == Opcodes.STRUCT_NEW || opcode == Opcodes.STRUCT_NEW_DEFAULT) {
            boolean defaults = opcode == Opcodes.STRUCT_NEW_DEFAULT;
            int base = stack.popRow(defaults ? 0 : types.fieldCount(type));
            finish(new StructNew(layout, defaults, base), TypeCode.ANYREF, stack);
            return;
        }
        field(opcode, layout, in.u32(), type, stack, types);
    }

    private static void field(int opcode, StructLayout layout, int field, int type, OperandStack stack, TypeSpace types) {
        int code = types.field(type, field);
        boolean set = opcode == Opcodes.STRUCT_SET;
        int place = layout.place(field);
        if (TypeCode.storage(code) == TypeCode.V128) {
            vector(set, place, stack);
        } else if (set) {
            stack.prepare(2);
            Operand value = stack.pop(), object = stack.pop();
            stack.emit(new HeapNodes.StructSet(layout.storage(field), place, object.node, value.node), WRITES_HEAP);
        } else {
            stack.prepare(1);
            Operand object = stack.pop();
            boolean signed = opcode == Opcodes.STRUCT_GET_S;
            stack.push(TypeCode.unpacked(code), new HeapNodes.StructGet(layout.storage(field), place, signed, object.node),
                    reads(code), object);
        }
    }

    /** A vector field is two numbers. */
    private static void vector(boolean set, int place, OperandStack stack) {
        stack.toSlots(set ? 2 : 1);
        int value = set ? stack.pop().slot : 0;
        Node object = stack.pop().node;
        int home = set ? 0 : stack.home(TypeCode.V128);
        stack.spill(set ? WRITES_HEAP : Operand.TRAP);
        for (int half = 0; half < 2; half++) {
            stack.emit(set
                    ? new HeapNodes.StructSet(Storage.BITS64, place + half, object, stack.read(TypeCode.I64, value + half))
                    : Slots.set(TypeCode.I64, home + half,
                            new HeapNodes.StructGet(Storage.BITS64, place + half, false, object)));
        }
        if (!set) {
            stack.pushHome(TypeCode.V128);
        }
    }

    private static int reads(int code) {
        return TypeCode.isMutable(code) ? Operand.STATE | Operand.TRAP : Operand.TRAP;
    }

    private static void element(int opcode, int type, OperandStack stack, TypeSpace types) {
        var storage = Storage.of(((ArrayType) types.defined(type).composite()).element());
        if (opcode == Opcodes.ARRAY_SET) {
            stack.prepare(3);
            Operand value = stack.pop(), index = stack.pop(), array = stack.pop();
            stack.emit(new HeapNodes.ArraySet(storage, array.node, index.node, value.node), WRITES_HEAP);
        } else {
            stack.prepare(2);
            Operand index = stack.pop(), array = stack.pop();
            boolean signed = opcode == Opcodes.ARRAY_GET_S;
            stack.push(TypeCode.unpacked(types.element(type)),
                    new HeapNodes.ArrayGet(storage, signed, array.node, index.node), reads(types.element(type)), array, index);
        }
    }

    private static void array(int opcode, CodeReader in, OperandStack stack, TypeSpace types) {
        int type = in.u32();
        int element = TypeCode.storage(types.element(type));
        boolean single = opcode >= Opcodes.ARRAY_GET && opcode <= Opcodes.ARRAY_SET;
        if (single && element != TypeCode.V128) {
            element(opcode, type, stack, types);
            return;
        }
        int immediate = switch (opcode) {
            case Opcodes.ARRAY_NEW_FIXED, Opcodes.ARRAY_NEW_DATA, Opcodes.ARRAY_NEW_ELEM, Opcodes.ARRAY_COPY,
                    Opcodes.ARRAY_INIT_DATA, Opcodes.ARRAY_INIT_ELEM -> in.u32();
            default -> 0;
        };
        int operands = switch (opcode) {
            case Opcodes.ARRAY_NEW_DEFAULT -> 1;
            case Opcodes.ARRAY_NEW_FIXED -> immediate;
            case Opcodes.ARRAY_SET -> 3;
            case Opcodes.ARRAY_FILL, Opcodes.ARRAY_INIT_DATA, Opcodes.ARRAY_INIT_ELEM -> 4;
            case Opcodes.ARRAY_COPY -> 5;
            default -> 2;
        };
        boolean makes = opcode <= Opcodes.ARRAY_NEW_ELEM;
        int result = makes ? TypeCode.ANYREF : opcode == Opcodes.ARRAY_GET ? TypeCode.V128 : TypeCode.BOTTOM;
        var made = makes ? types.defined(type) : null;
        finish(new ArrayStatement(opcode, made, immediate, stack.popRow(operands)), result, stack);
    }

    private static void finish(Stmt statement, int result, OperandStack stack) {
        if (result == TypeCode.BOTTOM) {
            stack.emit(statement, WRITES_HEAP);
            return;
        }
        stack.home(result);
        stack.emit(statement, Operand.TRAP);
        stack.pushHome(result);
    }
}
