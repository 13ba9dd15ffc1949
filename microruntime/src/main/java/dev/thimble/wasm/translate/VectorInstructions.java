package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.GeneralMemory;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.execute.simd.HalfOp;
import dev.thimble.wasm.execute.simd.V128Access;
import dev.thimble.wasm.execute.simd.V128Extract;
import dev.thimble.wasm.execute.simd.V128Halves;
import dev.thimble.wasm.execute.simd.V128Load;
import dev.thimble.wasm.execute.simd.V128Memory;
import dev.thimble.wasm.execute.simd.V128Shift;
import dev.thimble.wasm.execute.simd.V128Shuffle;
import dev.thimble.wasm.execute.simd.V128Splat;
import dev.thimble.wasm.execute.simd.V128Statement;
import dev.thimble.wasm.execute.simd.V128Store;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;

/** The vector instructions, all of them statements on slots. Loaded only for a module that uses them. */
final class VectorInstructions {
    private VectorInstructions() {
    }

    static void translate(int opcode, CodeReader in, OperandStack stack, Module module) {
        int code = opcode & 0xFFFF;
        if (V128Memory.contains(code)) {
            access(opcode, in, stack, module);
            return;
        }
        if (V128Shift.is(code)) {
            shift(code, stack);
        } else if (opcode >= Opcodes.I8X16_SPLAT && opcode <= Opcodes.F64X2_SPLAT) {
            stack.prepare(1);
            Operand scalar = stack.pop();
            Rows.finish(opcode, V128Splat.of(code, stack.top(), scalar.node), scalar.effects & Operand.TRAP, stack);
        } else if (OpcodeTable.immediates(opcode) == Opcodes.IMM_LANE && Rows.operands(opcode) == 1) {
            Operand vector = stack.pop();
            stack.push(OpcodeTable.signature(opcode) >> 16, V128Extract.of(code, vector.slot, in.u8()), 0, vector);
        } else {
            inSlots(opcode, in, stack);
        }
    }

    /** Makes the NaNs canonical that the operation just written may have left in the topmost operand's slots. */
    static void canonicalise(int opcode, OperandStack stack) {
        HalfOp op = HalfOp.canonical(opcode & 0xFFFF);
        if (op != null) {
            int slot = stack.peek(0).slot;
            stack.emit(new V128Halves(op, slot, slot, slot));
        }
    }

    /** An operation whose operands all are in slots. */
    private static void inSlots(int opcode, CodeReader in, OperandStack stack) {
        int code = opcode & 0xFFFF;
        int operands = Rows.operands(opcode);
        stack.toSlots(operands);
        int a = operands > 0 ? stack.peek(operands - 1).slot : 0;
        int b = operands > 1 ? stack.peek(operands - 2).slot : 0;
        int c = operands > 2 ? stack.peek(0).slot : 0;
        for (int i = 0; i < operands; i++) {
            stack.pop();
        }
        int d = stack.top();
        Stmt statement = switch (OpcodeTable.immediates(opcode)) {
            case Opcodes.IMM_V128 -> new V128Shuffle(d, in.i64Bits(), in.i64Bits());
            case Opcodes.IMM_LANES -> new V128Shuffle(d, a, b, in.i64Bits(), in.i64Bits());
            case Opcodes.IMM_LANE -> new V128Statement(code, d, a, b, in.u8());
            default -> {
                HalfOp op = HalfOp.of(code);
                yield op != null ? new V128Halves(op, d, a, b) : new V128Statement(code, d, a, b, c);
            }
        };
        Rows.finish(opcode, statement, 0, stack);
    }

    private static void shift(int code, OperandStack stack) {
        stack.prepare(1);
        Operand count = stack.pop(), vector = stack.pop();
        stack.spill(count.effects & Operand.TRAP);
        int d = stack.home(TypeCode.V128);
        stack.emit(V128Shift.of(code, d, vector.slot, count.node));
        stack.pushHome(TypeCode.V128);
    }

    private static void access(int opcode, CodeReader in, OperandStack stack, Module module) {
        int code = opcode & 0xFFFF;
        var address = in.address(module);
        boolean store = V128Memory.isStore(code);
        int effects = store ? Operand.TRAP | Operand.MEMORY : Operand.TRAP;
        boolean whole = opcode == Opcodes.V128_LOAD || opcode == Opcodes.V128_STORE;
        boolean general = GeneralMemory.needed(address.index(), module.memories().get(address.index()), address.displacement());
        if (!whole || general) {
            int lane = OpcodeTable.immediates(opcode) == Opcodes.IMM_MEMARG_LANE ? in.u8() : 0;
            int base = stack.popRow(Rows.operands(opcode));
            Rows.finish(opcode, new V128Access(code, address, lane, base), effects, stack);
            return;
        }
        int offset = (int) address.displacement();
        stack.prepare(store ? 2 : 1);
        int vector = store ? stack.pop().slot : 0;
        Operand at = stack.pop();
        Rows.finish(opcode, store ? new V128Store(at.node, offset, vector) : new V128Load(at.node, offset, stack.top()),
                effects, stack);
    }
}
