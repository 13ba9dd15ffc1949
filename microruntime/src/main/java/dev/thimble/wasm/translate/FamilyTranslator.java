package dev.thimble.wasm.translate;

import dev.thimble.wasm.api.MemoryType;
import dev.thimble.wasm.execute.Address;
import dev.thimble.wasm.execute.Canonical;
import dev.thimble.wasm.execute.Control;
import dev.thimble.wasm.execute.GeneralMemory;
import dev.thimble.wasm.execute.Globals;
import dev.thimble.wasm.execute.Memories;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Nodes;
import dev.thimble.wasm.execute.Patterns;
import dev.thimble.wasm.execute.References;
import dev.thimble.wasm.execute.Slots;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.execute.Tables;
import dev.thimble.wasm.opcode.OpcodeTable;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;

/** Translates the instructions that are not control: constants, numerics, globals, memories, tables, references. */
final class FamilyTranslator {
    /** What a statement changes, for whom it must wait: everybody who may trap, and who reads the thing. */
    private static final int WRITES_MEMORY = Operand.MEMORY | Operand.TRAP;
    private static final int WRITES_STATE = Operand.STATE | Operand.TRAP;

    private final Module module;
    private final CodeReader in;
    private final OperandStack stack;
    private final Patterns patterns;
    private final boolean canonicalNans;

    FamilyTranslator(Module module, CodeReader in, OperandStack stack, Patterns patterns, boolean canonicalNans) {
        this.module = module;
        this.in = in;
        this.stack = stack;
        this.patterns = patterns;
        this.canonicalNans = canonicalNans;
    }

    void instruction(int opcode) {
        switch (opcode) {
            case Opcodes.I32_CONST:
                stack.push(TypeCode.I32, stack.nodes.constant(in.signed()), 0);
                break;
            case Opcodes.I64_CONST:
                stack.push(TypeCode.I64, stack.nodes.constant(in.signed()), 0);
                break;
            case Opcodes.F32_CONST:
                stack.push(TypeCode.F32, stack.nodes.constant(in.i32Bits()), 0);
                break;
            case Opcodes.F64_CONST:
                stack.push(TypeCode.F64, stack.nodes.constant(in.i64Bits()), 0);
                break;
            case Opcodes.GLOBAL_GET:
                getGlobal(in.u32());
                break;
            case Opcodes.GLOBAL_SET:
                setGlobal(in.u32());
                break;
            case Opcodes.REF_NULL:
                in.signed();
                stack.push(TypeCode.ANYREF, new References.Null(), 0);
                break;
            case Opcodes.REF_FUNC:
                stack.push(TypeCode.ANYREF, new References.Function(in.u32()), 0);
                break;
            case Opcodes.SELECT:
                select();
                break;
            case Opcodes.SELECT_T:
                in.skipImmediates(opcode);
                select();
                break;
            case Opcodes.REF_IS_NULL: {
                Operand a = stack.pop();
                stack.push(TypeCode.I32, new References.IsNull(a.node), 0, a);
                break;
            }
            case Opcodes.REF_AS_NON_NULL: {
                Operand a = stack.pop();
                stack.push(TypeCode.ANYREF, new References.AsNonNull(a.node), Operand.TRAP, a);
                break;
            }
            default:
                if (pair(opcode)) {
                    break;
                } else if (opcode >= Opcodes.I32_LOAD && opcode <= Opcodes.I64_STORE32) {
                    access(opcode);
                } else if (opcode >= Opcodes.I32_EQZ && opcode <= Opcodes.I64_EXTEND32_S
                        || opcode >= Opcodes.I32_TRUNC_SAT_F32_S && opcode <= Opcodes.I64_TRUNC_SAT_F64_U) {
                    numeric(opcode);
                } else {
                    bulk(opcode);
                }
        }
    }

    /** Instructions that are two others, one after the other, and have no nodes of their own; false for another instruction. */
    private boolean pair(int opcode) {
        switch (opcode) {
            case Opcodes.I32_NE -> negated(Opcodes.I32_EQ);
            case Opcodes.I32_LE_S -> negated(Opcodes.I32_GT_S);
            case Opcodes.I32_LE_U -> negated(Opcodes.I32_GT_U);
            case Opcodes.I32_GE_S -> negated(Opcodes.I32_LT_S);
            case Opcodes.I32_GE_U -> negated(Opcodes.I32_LT_U);
            case Opcodes.I64_NE -> negated(Opcodes.I64_EQ);
            case Opcodes.I64_LE_S -> negated(Opcodes.I64_GT_S);
            case Opcodes.I64_LE_U -> negated(Opcodes.I64_GT_U);
            case Opcodes.I64_GE_S -> negated(Opcodes.I64_LT_S);
            case Opcodes.I64_GE_U -> negated(Opcodes.I64_LT_U);
            case Opcodes.F32_NE -> negated(Opcodes.F32_EQ);
            case Opcodes.F64_NE -> negated(Opcodes.F64_EQ);
            case Opcodes.I64_LOAD8_S -> extended(Opcodes.I32_LOAD8_S, Opcodes.I64_EXTEND_I32_S);
            case Opcodes.I64_LOAD8_U -> extended(Opcodes.I32_LOAD8_U, Opcodes.I64_EXTEND_I32_U);
            case Opcodes.I64_LOAD16_U -> extended(Opcodes.I32_LOAD16_U, Opcodes.I64_EXTEND_I32_U);
            case Opcodes.I64_LOAD32_U -> extended(Opcodes.I32_LOAD, Opcodes.I64_EXTEND_I32_U);
            case Opcodes.I64_STORE8 -> wrapped(Opcodes.I32_STORE8);
            case Opcodes.I64_STORE16 -> wrapped(Opcodes.I32_STORE16);
            case Opcodes.I64_STORE32 -> wrapped(Opcodes.I32_STORE);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void negated(int comparison) {
        numeric(comparison);
        numeric(Opcodes.I32_EQZ);
    }

    private void extended(int load, int extension) {
        access(load);
        numeric(extension);
    }

    private void wrapped(int store) {
        numeric(Opcodes.I32_WRAP_I64);
        access(store);
    }

    // ---- numbers

    private void numeric(int opcode) {
        int signature = OpcodeTable.signature(opcode);
        boolean binary = (signature >> 4 & 15) != 0;
        stack.prepare(binary ? 2 : 1);
        Operand b = binary ? stack.pop() : null;
        Operand a = stack.pop();
        if (canonicalNans && !seesBits(opcode)) {
            a.node = anyNan(a.node);
            if (binary) {
                b.node = anyNan(b.node);
            }
        }
        int at = stack.at();
        int effects = mayTrap(opcode) ? Operand.TRAP : 0;
        long rest = (long) opcode << 32 | (effects == 0 ? 0 : at);
        int result = signature >> 16 & 15;
        if (binary) {
            Node node = Nodes.binary(opcode, a.node, b.node, at, patterns);
            stack.push(result, stack.nodes.share(node, a.node, b.node, rest), effects, a, b);
        } else {
            Node node = opcode == Opcodes.I32_EQZ ? new Control.Not(a.node) : Nodes.unary(opcode, a.node, at, patterns);
            stack.push(result, stack.nodes.share(node, a.node, null, rest), effects, a);
        }
        if (canonicalNans && makesNan(opcode)) {
            Operand made = stack.peek(0);
            made.node = stack.nodes.share(new Canonical(made.node, result == TypeCode.F64), made.node, null, 0);
        }
    }

    /** The same expression for somebody to whom all NaNs are alike. */
    private static Node anyNan(Node node) {
        return node instanceof Canonical c ? c.a() : node;
    }

    private static boolean makesNan(int opcode) {
        return opcode >= Opcodes.F32_CEIL && opcode <= Opcodes.F32_MAX || opcode >= Opcodes.F64_CEIL && opcode <= Opcodes.F64_MAX
                || opcode == Opcodes.F32_DEMOTE_F64 || opcode == Opcodes.F64_PROMOTE_F32;
    }

    private static boolean seesBits(int opcode) {
        return switch (opcode) {
            case Opcodes.F32_ABS, Opcodes.F32_NEG, Opcodes.F32_COPYSIGN, Opcodes.F64_ABS, Opcodes.F64_NEG, Opcodes.F64_COPYSIGN,
                    Opcodes.I32_REINTERPRET_F32, Opcodes.I64_REINTERPRET_F64 -> true;
            default -> false;
        };
    }

    private static boolean mayTrap(int opcode) {
        return opcode >= Opcodes.I32_DIV_S && opcode <= Opcodes.I32_REM_U
                || opcode >= Opcodes.I64_DIV_S && opcode <= Opcodes.I64_REM_U
                || opcode >= Opcodes.I32_TRUNC_F32_S && opcode <= Opcodes.I32_TRUNC_F64_U
                || opcode >= Opcodes.I64_TRUNC_F32_S && opcode <= Opcodes.I64_TRUNC_F64_U;
    }

    private void select() {
        stack.prepare(3);
        Operand condition = stack.pop();
        Operand b = stack.pop();
        Operand a = stack.pop();
        if (a.type != TypeCode.V128) {
            stack.push(a.type, new Control.Select(a.node, b.node, condition.node), 0, a, b, condition);
            return;
        }
        stack.spill(condition.effects & Operand.TRAP);
        int home = stack.home(TypeCode.V128);
        stack.emit(new Slots.SelectVector(home, a.slot, b.slot, condition.node));
        stack.pushHome(TypeCode.V128);
    }

    // ---- globals

    private void getGlobal(int index) {
        stack.useSlots();
        var global = module.globals().get(index);
        if (global.code() == TypeCode.V128) {
            stack.emit(new Globals.GetVector(index, stack.home(TypeCode.V128)));
            stack.pushHome(TypeCode.V128);
        } else {
            stack.push(global.code(), new Globals.Get(index), global.type().mutable() ? Operand.STATE : 0);
        }
    }

    private void setGlobal(int index) {
        stack.useSlots();
        Operand value = stack.pop();
        stack.spill(WRITES_STATE);
        stack.emit(value.type == TypeCode.V128 ? new Globals.SetVector(index, value.slot)
                : TypeCode.isReference(value.type) ? new Globals.SetReference(index, value.node)
                : new Globals.Set(index, value.node));
    }

    // ---- memory

    private void access(int opcode) {
        int flags = in.u32();
        int memory = (flags & 0x40) == 0 ? 0 : in.u32();
        long offset = in.u64();
        boolean store = opcode >= Opcodes.I32_STORE;
        stack.prepare(store ? 2 : 1);
        Operand value = store ? stack.pop() : null;
        Operand address = stack.pop();
        MemoryType memoryType = module.memories().get(memory);
        boolean general = GeneralMemory.needed(memory, memoryType, offset);
        var where = general ? new Address(memory, memoryType.memory64(), offset) : null;
        long rest = (long) opcode << 32 | offset;
        if (general) {
            stack.useSlots();
        }
        if (store) {
            stack.spill(WRITES_MEMORY);
            stack.emit(general ? new GeneralMemory.Store(opcode, where, address.node, value.node) : stack.nodes.share(
                    Nodes.store(opcode, address.node, value.node, (int) offset, patterns), address.node, value.node, rest));
        } else {
            Node load = general ? new GeneralMemory.Load(opcode, where, address.node) : stack.nodes.share(
                    Nodes.load(opcode, address.node, (int) offset, patterns), address.node, null, rest);
            stack.push(OpcodeTable.signature(opcode) >> 16 & 15, load, Operand.MEMORY | Operand.TRAP, address);
        }
    }

    /** An address, index or length as i64. */
    private Node wide(Operand a, boolean is64) {
        return is64 ? a.node : new Memories.Unsigned(a.node);
    }

    private boolean memory64(int memory) {
        return module.memories().get(memory).memory64();
    }

    private boolean table64(int table) {
        return module.tables().get(table).type().table64();
    }

    private void bulk(int opcode) {
        stack.useFuel();
        switch (opcode) {
            case Opcodes.MEMORY_SIZE: {
                int memory = in.u32();
                stack.push(memory64(memory) ? TypeCode.I64 : TypeCode.I32, new Memories.Size(memory), Operand.MEMORY);
                break;
            }
            case Opcodes.MEMORY_GROW: {
                int memory = in.u32();
                Operand delta = stack.pop();
                stack.spill(WRITES_MEMORY);
                stack.emit(new Memories.Grow(memory, wide(delta, memory64(memory)), stack.home(delta.type)));
                stack.pushHome(delta.type);
                break;
            }
            case Opcodes.MEMORY_FILL: {
                int memory = in.u32();
                boolean is64 = memory64(memory);
                Operand n = stack.pop();
                Operand value = stack.pop();
                Operand at = stack.pop();
                stack.emit(new Memories.Fill(memory, wide(at, is64), value.node, wide(n, is64)), WRITES_MEMORY);
                break;
            }
            case Opcodes.MEMORY_COPY: {
                int to = in.u32();
                int from = in.u32();
                Operand n = stack.pop();
                Operand s = stack.pop();
                Operand d = stack.pop();
                stack.emit(new Memories.Copy(to, false, from, wide(d, memory64(to)), wide(s, memory64(from)),
                        wide(n, memory64(to) && memory64(from))), WRITES_MEMORY);
                break;
            }
            case Opcodes.MEMORY_INIT: {
                int segment = in.u32();
                int memory = in.u32();
                Operand n = stack.pop();
                Operand s = stack.pop();
                Operand d = stack.pop();
                stack.emit(new Memories.Copy(memory, true, segment, wide(d, memory64(memory)), wide(s, false), wide(n, false)),
                        WRITES_MEMORY);
                break;
            }
            case Opcodes.DATA_DROP:
                stack.emit(new Memories.Drop(true, in.u32()), WRITES_STATE);
                break;
            default:
                table(opcode);
        }
    }

    // ---- tables

    private void table(int opcode) {
        switch (opcode) {
            case Opcodes.TABLE_GET: {
                int table = in.u32();
                stack.prepare(1);
                Operand index = stack.pop();
                stack.push(TypeCode.ANYREF, new Tables.Get(table, wide(index, table64(table))),
                        Operand.STATE | Operand.TRAP, index);
                break;
            }
            case Opcodes.TABLE_SET: {
                int table = in.u32();
                Operand value = stack.pop();
                Operand index = stack.pop();
                stack.emit(new Tables.Set(table, wide(index, table64(table)), value.node), WRITES_STATE);
                break;
            }
            case Opcodes.TABLE_SIZE: {
                int table = in.u32();
                stack.push(table64(table) ? TypeCode.I64 : TypeCode.I32, new Tables.Size(table), Operand.STATE);
                break;
            }
            case Opcodes.TABLE_GROW: {
                int table = in.u32();
                Operand delta = stack.pop();
                Operand value = stack.pop();
                stack.spill(WRITES_STATE);
                stack.emit(new Tables.Grow(table, value.node, wide(delta, table64(table)), stack.home(delta.type)));
                stack.pushHome(delta.type);
                break;
            }
            case Opcodes.TABLE_FILL: {
                int table = in.u32();
                Operand n = stack.pop();
                Operand value = stack.pop();
                Operand index = stack.pop();
                boolean is64 = table64(table);
                stack.emit(new Tables.Fill(table, wide(index, is64), value.node, wide(n, is64)), WRITES_STATE);
                break;
            }
            case Opcodes.TABLE_COPY: {
                int to = in.u32();
                int from = in.u32();
                Operand n = stack.pop();
                Operand s = stack.pop();
                Operand d = stack.pop();
                stack.emit(new Tables.Copy(to, false, from, wide(d, table64(to)), wide(s, table64(from)),
                        wide(n, table64(to) && table64(from))), WRITES_STATE);
                break;
            }
            case Opcodes.TABLE_INIT: {
                int segment = in.u32();
                int table = in.u32();
                Operand n = stack.pop();
                Operand s = stack.pop();
                Operand d = stack.pop();
                stack.emit(new Tables.Copy(table, true, segment, wide(d, table64(table)), wide(s, false), wide(n, false)),
                        WRITES_STATE);
                break;
            }
            case Opcodes.ELEM_DROP:
                stack.emit(new Memories.Drop(false, in.u32()), WRITES_STATE);
                break;
            default:
                extension(opcode);
        }
    }

    // ---- later additions to the standard, whose classes load only for a module that uses them

    private void extension(int opcode) {
        try {
            separate(opcode);
        } catch (NoClassDefFoundError e) {
            throw new UnsupportedOperationException(OpcodeTable.mnemonic(opcode) + " needs " + e.getMessage()
                    + ", which this build of the engine leaves out", e);
        }
    }

    private void separate(int opcode) {
        switch (opcode >>> 16) {
            case 0xFC:
                Rows.wide(opcode, stack);
                break;
            case 0xFD:
                VectorInstructions.translate(opcode, in, stack, module);
                if (canonicalNans) {
                    VectorInstructions.canonicalise(opcode, stack);
                }
                break;
            case 0xFE:
                Rows.atomic(opcode, in, stack, module);
                break;
            default:
                GcInstructions.translate(opcode, in, stack, module.types());
        }
    }
}
