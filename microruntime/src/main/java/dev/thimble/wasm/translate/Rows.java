package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Address;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.execute.WideStatement;
import dev.thimble.wasm.execute.atomic.AtomicStatement;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;

/** Instructions whose operands stand in a row of slots, in their homes, and whose signature the opcode table gives. */
final class Rows {
    private Rows() {
    }

    static int operands(int opcode) {
        int signature = OpcodeTable.signature(opcode);
        int count = 0;
        while (count < 4 && (signature >>> 4 * count & 15) != 0) {
            count++;
        }
        return count;
    }

    static void wide(int opcode, OperandStack stack) {
        int base = stack.popRow(operands(opcode));
        finish(opcode, new WideStatement(opcode, base), 0, stack);
    }

    static void atomic(int opcode, CodeReader in, OperandStack stack, Module module) {
        int base = stack.popRow(operands(opcode));
        Address address = null;
        boolean shared = false;
        if (opcode == Opcodes.ATOMIC_FENCE) {
            in.skip(1);
        } else {
            address = in.address(module);
            shared = module.memories().get(address.index()).shared();
        }
        var statement = new AtomicStatement(opcode & 0xFFFF, address, shared, base);
        finish(opcode, statement, Operand.MEMORY | Operand.TRAP, stack);
    }

    /** Writes the statement, whose operands have been taken away, and pushes the results that it leaves in their homes. */
    static void finish(int opcode, Stmt statement, int effects, OperandStack stack) {
        int results = OpcodeTable.signature(opcode) >>> 16;
        int slot = stack.top();
        for (int r = results; r != 0; r >>>= 4) {
            for (int i = TypeCode.slots(r & 15); i > 0; i--) {
                stack.spillReaders(slot++);
            }
        }
        stack.emit(statement, effects);
        for (int r = results; r != 0; r >>>= 4) {
            stack.pushHome(r & 15);
        }
    }
}
