package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Calls;
import dev.thimble.wasm.execute.Entry;
import dev.thimble.wasm.execute.FunctionBody;
import dev.thimble.wasm.execute.Slots;
import dev.thimble.wasm.execute.TailCalls;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;
import java.util.Arrays;

/** Translates one validated body in one pass: hands each instruction to its family, and keeps the locals. */
final class FunctionTranslator {
    private final Module module;
    private final TypeSpace types;
    private final CodeReader in;
    private final int functionType;
    private final int bodyStart;
    /** Or null when no fuel is taken. */
    private final BlockCosts costs;
    private int[] localTypes;
    private int[] localSlots;
    private int localEnd;
    private final OperandStack stack;
    private final BlockTranslator blocks;
    private final CallTranslator calls;
    private final FamilyTranslator families;

    FunctionTranslator(ModuleTranslator owner, int function, Translation lists, LoopRegisters registers) {
        module = owner.module;
        types = module.types();
        functionType = module.functionType(function);
        bodyStart = module.bodyStart(function);
        in = new CodeReader(module.binary(), bodyStart);
        readLocals();
        costs = owner.metered ? new BlockCosts(module.binary(), in.position()) : null;
        int tries = module.tags().isEmpty() ? 0 : countTries(module.bodyEnd(function));
        stack = new OperandStack(localEnd + tries, registers);
        blocks = new BlockTranslator(module, lists, in, stack, results(), localEnd, costs);
        calls = new CallTranslator(owner, stack);
        families = new FamilyTranslator(module, in, stack, owner.mode.patterns, owner.canonicalNans);
    }

    FunctionBody translate() {
        boolean last;
        do {
            last = step();
        } while (!last);
        return finish();
    }

    /** Translates only to find the access that a statement has failed in. */
    void translate(Accesses accesses) {
        stack.accesses(accesses);
        translate();
    }

    /** Translates what comes next; true at the function's end. */
    private boolean step() {
        stack.at(in.position());
        if (blocks.isDead()) {
            return blocks.resume();
        }
        return instruction(in.opcode());
    }

    private int[] results() {
        var list = new int[types.resultCount(functionType)];
        Arrays.setAll(list, i -> types.result(functionType, i));
        return list;
    }

    private void readLocals() {
        localTypes = new int[types.parameterCount(functionType)];
        Arrays.setAll(localTypes, i -> types.parameter(functionType, i));
        int count = localTypes.length;
        for (int groups = in.u32(); groups > 0; groups--) {
            int n = in.u32();
            int type = in.valueType();
            if (n > 0) {
                localTypes = Arrays.copyOf(localTypes, count + n);
                Arrays.fill(localTypes, count, count + n, type);
                count += n;
            }
        }
        localSlots = new int[count];
        for (int i = 0; i < count; i++) {
            localSlots[i] = localEnd;
            localEnd += TypeCode.slots(localTypes[i]);
        }
    }

    /** Legacy {@code try}s, each of which keeps the exception that it catches in a slot. */
    private int countTries(int end) {
        var ahead = new CodeReader(module.binary(), in.position());
        int tries = 0;
        while (ahead.position() < end) {
            int opcode = ahead.opcode();
            tries += opcode == Opcodes.TRY ? 1 : 0;
            ahead.skipImmediates(opcode);
        }
        return tries;
    }

    /** Translates one instruction; true at the function's end. */
    private boolean instruction(int opcode) {
        switch (opcode) {
            case Opcodes.END:
                return blocks.end(true);
            case Opcodes.CALL:
                calls.call(in.u32());
                break;
            case Opcodes.CALL_INDIRECT: {
                int type = in.u32();
                int table = in.u32();
                calls.callThrough(type, slot -> new Calls.Indirect(table, slot, types.defined(type)));
                break;
            }
            case Opcodes.CALL_REF:
                calls.callThrough(in.u32(), Calls.Reference::new);
                break;
            case Opcodes.RETURN_CALL:
                calls.tailCall(in.u32());
                blocks.skipDeadCode();
                break;
            case Opcodes.RETURN_CALL_INDIRECT: {
                int type = in.u32();
                int table = in.u32();
                calls.tailCallThrough(type, slot -> new TailCalls.Indirect(table, slot, types.defined(type)));
                blocks.skipDeadCode();
                break;
            }
            case Opcodes.RETURN_CALL_REF:
                calls.tailCallThrough(in.u32(), TailCalls.Reference::new);
                blocks.skipDeadCode();
                break;
            case Opcodes.DROP:
                drop();
                break;
            case Opcodes.LOCAL_GET: {
                int local = in.u32();
                stack.pushSlot(localTypes[local], localSlots[local]);
                break;
            }
            case Opcodes.LOCAL_SET:
                setLocal(in.u32());
                break;
            case Opcodes.LOCAL_TEE: {
                int local = in.u32();
                setLocal(local);
                stack.pushSlot(localTypes[local], localSlots[local]);
                break;
            }
            default:
                if (!blocks.instruction(opcode)) {
                    families.instruction(opcode);
                }
        }
        return false;
    }

    private void setLocal(int local) {
        int slot = localSlots[local];
        Operand value = stack.pop();
        stack.spillReaders(slot);
        if (value.type == TypeCode.V128) {
            stack.spillReaders(slot + 1);
        }
        stack.spill(value.effects & Operand.TRAP);
        stack.move(value, slot);
    }

    private void drop() {
        Operand value = stack.pop();
        if ((value.effects & Operand.TRAP) != 0) {
            stack.spill(Operand.TRAP);
            stack.emit(TypeCode.isReference(value.type) ? new Slots.SetReference(stack.home(value.type), value.node)
                    : new Slots.Evaluate(value.node));
        }
    }

    /** Puts together what a function does on entry and its statements. */
    private FunctionBody finish() {
        int resultSlots = 0;
        boolean references = stack.usesReferences() || !module.tags().isEmpty();
        for (int type : localTypes) {
            references |= TypeCode.isReference(type);
        }
        for (int type : results()) {
            references |= TypeCode.isReference(type);
            resultSlots += TypeCode.slots(type);
        }
        int size = Math.max(stack.frameSize() + 2, resultSlots);
        int parameters = types.parameterCount(functionType);
        int firstZero = parameters < localSlots.length ? localSlots[parameters] : localEnd;
        // Locals are a range to be zeroed: a function of thousands, called for one instruction each, would run long on little fuel.
        int cost = costs == null ? 0 : costs.entry() + (localEnd - firstZero >> 6);
        FunctionBody body = blocks.function(new Entry(size, firstZero, localEnd, references, cost, bodyStart));
        return calls.usesTailCalls() ? new TailCalls.Loop(body) : body;
    }
}
