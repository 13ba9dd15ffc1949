package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.execute.simd.V128Access;
import dev.thimble.wasm.execute.simd.V128Constant;
import dev.thimble.wasm.execute.simd.V128Memory;
import dev.thimble.wasm.execute.simd.V128Shuffle;
import dev.thimble.wasm.execute.simd.V128Statement;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.Module;

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
        int operands = Rows.operands(opcode);
        stack.toSlots(operands);
        int a = operands > 0 ? stack.peek(operands - 1).slot : 0;
        int b = operands > 1 ? stack.peek(operands - 2).slot : 0;
        int c = operands > 2 ? stack.peek(0).slot : 0;
        for (int i = 0; i < operands; i++) {
            stack.pop();
        }
        int d = stack.top();
        Stmt statement = switch (Opcodes.immediates(opcode)) {
            case Opcodes.IMM_V128 -> new V128Constant(d, in.i64Bits(), in.i64Bits());
            case Opcodes.IMM_LANES -> new V128Shuffle(d, a, b, in.i64Bits(), in.i64Bits());
            case Opcodes.IMM_LANE -> new V128Statement(code, d, a, b, in.u8());
            default -> new V128Statement(code, d, a, b, c);
        };
        Rows.finish(opcode, statement, 0, stack);
    }

    private static void access(int opcode, CodeReader in, OperandStack stack, Module module) {
        int code = opcode & 0xFFFF;
        int base = stack.popRow(Rows.operands(opcode));
        var address = in.address(module);
        int lane = Opcodes.immediates(opcode) == Opcodes.IMM_MEMARG_LANE ? in.u8() : 0;
        int effects = V128Memory.isStore(code) ? Operand.TRAP | Operand.MEMORY : Operand.TRAP;
        Rows.finish(opcode, new V128Access(code, address, lane, base), effects, stack);
    }
}
