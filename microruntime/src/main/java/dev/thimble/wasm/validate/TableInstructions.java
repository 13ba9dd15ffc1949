package dev.thimble.wasm.validate;

import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.TableDefinition;
import dev.thimble.wasm.structure.TypeCode;

/** Table instructions (spec 3.0, "Table Instructions"). */
final class TableInstructions {
    private final Code code;
    private final ValidationStack stack;

    TableInstructions(Code code, ValidationStack stack) {
        this.code = code;
        this.stack = stack;
    }

    void validate(int opcode) {
        switch (opcode) {
            case Opcodes.TABLE_GET -> {
                TableDefinition table = table();
                stack.pop(table.addressType());
                stack.push(table.element());
            }
            case Opcodes.TABLE_SET -> {
                TableDefinition table = table();
                stack.pop(table.element());
                stack.pop(table.addressType());
            }
            case Opcodes.TABLE_SIZE -> stack.push(table().addressType());
            case Opcodes.TABLE_GROW -> {
                TableDefinition table = table();
                stack.pop(table.addressType());
                stack.pop(table.element());
                stack.push(table.addressType());
            }
            case Opcodes.TABLE_FILL -> {
                TableDefinition table = table();
                stack.pop(table.addressType());
                stack.pop(table.element());
                stack.pop(table.addressType());
            }
            case Opcodes.TABLE_COPY -> {
                TableDefinition target = table();
                TableDefinition source = table();
                expectElement(source.element(), target);
                stack.pop(Math.min(target.addressType(), source.addressType()));
                stack.pop(source.addressType());
                stack.pop(target.addressType());
            }
            case Opcodes.TABLE_INIT -> {
                int segment = code.element();
                TableDefinition table = table();
                expectElement(code.context.elements[segment].type(), table);
                stack.pop(TypeCode.I32);
                stack.pop(TypeCode.I32);
                stack.pop(table.addressType());
            }
            default -> throw code.reader.malformed("illegal opcode " + OpcodeTable.mnemonic(opcode), code.opcodeOffset);
        }
    }

    private TableDefinition table() {
        return code.context.tables[code.table()];
    }

    private void expectElement(int type, TableDefinition table) {
        if (!code.types.matches(type, table.element())) {
            throw code.mismatch(table.element(), type);
        }
    }
}
