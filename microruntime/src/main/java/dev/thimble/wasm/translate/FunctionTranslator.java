package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Calls;
import dev.thimble.wasm.execute.Control;
import dev.thimble.wasm.execute.ListKind;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Nodes;
import dev.thimble.wasm.execute.Slots;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;
import java.util.Arrays;
import java.util.function.IntFunction;

/** Translates one validated body in one pass: control, variables and numerics; other families have their own class. */
final class FunctionTranslator {
    private static final int[] NO_TYPES = {};
    private static final Stmt NOP = new Control.Nop();

    private final ModuleTranslator owner;
    private final Module module;
    private final TypeSpace types;
    private final FunctionLists lists;
    private final CodeReader in;
    private final int functionType;
    private int[] localTypes = NO_TYPES;
    private int[] localSlots = NO_TYPES;
    private int localEnd;
    private OperandStack stack;
    private FamilyTranslator families;
    private Label label;
    private int listCount;
    /** The {@code else} or {@code end} that skipping dead code has come to, or 0. */
    private int deadEnd;

    FunctionTranslator(ModuleTranslator owner, int function, FunctionLists lists) {
        this.owner = owner;
        this.lists = lists;
        module = owner.module;
        types = module.types();
        functionType = module.functionType(function);
        in = new CodeReader(module.binary(), module.bodyStart(function));
    }

    Stmt translate() {
        readLocals();
        stack = new OperandStack(localEnd);
        families = new FamilyTranslator(module, in, stack, owner.mode.patterns);
        label = new Label(Label.Kind.FUNCTION, null, NO_TYPES, typeList(types.resultCount(functionType), true), stack,
                in.position());
        label.list = listCount++;
        Stmt body = null;
        while (body == null) {
            stack.at(in.position());
            if (deadEnd == 0) {
                body = instruction(in.opcode());
            } else if (deadEnd == Opcodes.END) {
                deadEnd = 0;
                body = end(false);
            } else {
                deadEnd = 0;
                otherwise(false);
            }
        }
        return body;
    }

    private int[] typeList(int count, boolean results) {
        var list = new int[count];
        for (int i = 0; i < count; i++) {
            list[i] = results ? types.result(functionType, i) : types.parameter(functionType, i);
        }
        return list;
    }

    private void readLocals() {
        localTypes = typeList(types.parameterCount(functionType), false);
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

    /** Translates one instruction; returns the function's tree at its end, else null. */
    private Stmt instruction(int opcode) {
        switch (opcode) {
            case Opcodes.UNREACHABLE:
                stack.emit(new Control.Unreachable(stack.at()), Operand.TRAP);
                skipDeadCode();
                break;
            case Opcodes.NOP:
                break;
            case Opcodes.BLOCK:
                enter(Label.Kind.BLOCK);
                break;
            case Opcodes.LOOP:
                enter(Label.Kind.LOOP);
                break;
            case Opcodes.IF:
                enter(Label.Kind.IF);
                break;
            case Opcodes.ELSE:
                otherwise(true);
                break;
            case Opcodes.END:
                return end(true);
            case Opcodes.BR:
                branch(in.u32());
                skipDeadCode();
                break;
            case Opcodes.BR_IF:
                branchIf(in.u32());
                break;
            case Opcodes.BR_TABLE:
                branchTable();
                skipDeadCode();
                break;
            case Opcodes.RETURN:
                branch(depthOfFunction());
                skipDeadCode();
                break;
            case Opcodes.CALL:
                call(in.u32());
                break;
            case Opcodes.CALL_INDIRECT: {
                int type = in.u32();
                int table = in.u32();
                callThrough(type, slot -> new Calls.Indirect(table, slot, types.defined(type)));
                break;
            }
            case Opcodes.CALL_REF:
                callThrough(in.u32(), Calls.Reference::new);
                break;
            case Opcodes.DROP:
                drop();
                break;
            case Opcodes.SELECT_T:
                for (int n = in.u32(); n > 0; n--) {
                    in.valueType();
                }
                families.select();
                break;
            case Opcodes.SELECT:
                families.select();
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
                families.instruction(opcode);
        }
        return null;
    }

    // ---- variables

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

    // ---- blocks

    private void enter(Label.Kind kind) {
        int offset = stack.at();
        int type = in.blockType();
        int[] parameters = NO_TYPES;
        int[] results = NO_TYPES;
        if (type == -2) {
            results = new int[] {in.blockResult()};
        } else if (type >= 0) {
            parameters = new int[types.parameterCount(type)];
            Arrays.setAll(parameters, i -> types.parameter(type, i));
            results = new int[types.resultCount(type)];
            Arrays.setAll(results, i -> types.result(type, i));
        }
        Operand condition = kind == Label.Kind.IF ? stack.pop() : null;
        stack.spillAll();
        stack.spillTop(parameters.length);
        label = new Label(kind, label, parameters, results, stack, offset);
        label.list = listCount++;
        label.condition = condition == null ? null : condition.node;
    }

    private void otherwise(boolean reachable) {
        Stmt then = finishArm(reachable);
        label = label.otherwise(then, reachable, stack);
        label.list = listCount++;
        restart(label.parameters);
    }

    /** Sets the stack to what a label's own operands and these are. */
    private void restart(int[] operands) {
        stack.cut(label.size);
        for (int type : operands) {
            stack.pushHome(type);
        }
    }

    /** Ends an arm of an {@code if}. */
    private Stmt finishArm(boolean reachable) {
        if (reachable) {
            stack.spillAll();
            stack.spillTop(label.results.length);
        }
        var list = stack.resume(label.outerList);
        return make(ListKind.SEQUENCE, list, label.list);
    }

    private Stmt make(ListKind kind, OperandStack.StatementList list, int number) {
        Stmt[] statements = list.array();
        if (statements.length == 0 && kind != ListKind.LOOP) {
            return NOP;
        }
        if (statements.length == 1 && kind == ListKind.SEQUENCE) {
            return statements[0];
        }
        return lists.make(kind, statements.length == 0 ? new Stmt[] {NOP} : statements,
                statements.length == 0 ? new int[] {label.offset} : list.offsetArray(), number);
    }

    private Stmt end(boolean reachable) {
        Label ended = label;
        if (ended.kind == Label.Kind.FUNCTION) {
            return endFunction(reachable);
        }
        boolean live = reachable || ended.targeted;
        Stmt statement;
        if (ended.kind == Label.Kind.IF || ended.kind == Label.Kind.ELSE) {
            Stmt arm = finishArm(reachable);
            statement = ended.kind == Label.Kind.IF ? Control.branch(ended.condition, arm, NOP, ended.nesting)
                    : Control.branch(ended.condition, ended.then, arm, ended.nesting);
            live |= ended.kind == Label.Kind.IF || ended.thenReachable;
        } else {
            if (reachable) {
                stack.spillAll();
                stack.spillTop(ended.results.length);
            }
            var list = stack.resume(ended.outerList);
            statement = make(ended.kind == Label.Kind.LOOP ? ListKind.LOOP : ListKind.BLOCK, list, ended.list);
        }
        stack.at(ended.offset);
        stack.emit(statement);
        restart(ended.results);
        label = ended.outer;
        if (!live) {
            skipDeadCode();
        }
        return null;
    }

    private Stmt endFunction(boolean reachable) {
        if (reachable) {
            moveResults(label);
        }
        boolean references = stack.usesReferences();
        for (int type : localTypes) {
            references |= TypeCode.isReference(type);
        }
        int size = Math.max(stack.frameSize(), slots(label.results)) + 2;
        int parameters = types.parameterCount(functionType);
        int firstZero = parameters < localSlots.length ? localSlots[parameters] : localEnd;
        var list = stack.resume(label.outerList);
        list.statements().add(0, references ? new Slots.EnterWithReferences(size, firstZero, localEnd)
                : new Slots.Enter(size, firstZero, localEnd));
        list.offsets().add(0, label.offset);
        return make(ListKind.BLOCK, list, label.list);
    }

    private static int slots(int[] types) {
        int slots = 0;
        for (int type : types) {
            slots += TypeCode.slots(type);
        }
        return slots;
    }

    // ---- branches

    private Label labelAt(int depth) {
        Label target = label;
        for (int i = 0; i < depth; i++) {
            target = target.outer;
        }
        target.targeted |= target.kind != Label.Kind.LOOP;
        return target;
    }

    private int depthOfFunction() {
        int depth = 0;
        for (Label l = label; l.outer != null; l = l.outer) {
            depth++;
        }
        return depth;
    }

    /** Writes the operands that a branch carries to where the label expects them. */
    private void moveResults(Label target) {
        int[] carried = target.branchTypes();
        stack.spillBelow(carried.length, Operand.TRAP);
        if (carried.length > 1) {
            stack.spillTop(carried.length);
        }
        int slot = target.branchTarget();
        for (int i = 0; i < carried.length; i++) {
            stack.move(stack.peek(carried.length - 1 - i), slot);
            slot += TypeCode.slots(carried[i]);
        }
    }

    private void branch(int depth) {
        moveResults(labelAt(depth));
        stack.emit(new Control.Br(depth));
    }

    private void branchIf(int depth) {
        Operand condition = stack.pop();
        Label target = labelAt(depth);
        int carried = target.branchTypes().length;
        stack.spill(Operand.TRAP);
        conditional(condition.node, target, carried, depth);
    }

    /** Branches if {@code condition} holds, and leaves the carried operands on the stack for the case that it does not. */
    private void conditional(Node condition, Label target, int carried, int depth) {
        stack.spillTop(carried);
        if (carried == 0 || stack.peek(carried - 1).home == target.branchTarget()) {
            stack.emit(Control.branchIf(condition, depth));
            return;
        }
        stack.emit(Control.branch(condition, movesThenBranch(target, depth + 1), NOP, label.nesting));
    }

    private Stmt movesThenBranch(Label target, int depth) {
        var outer = stack.begin();
        moveResults(target);
        stack.emit(new Control.Br(depth));
        return make(ListKind.SEQUENCE, stack.resume(outer), listCount++);
    }

    private void branchTable() {
        Operand index = stack.pop();
        int count = in.u32();
        var depths = new int[count + 1];
        for (int i = 0; i <= count; i++) {
            depths[i] = in.u32();
        }
        int carried = labelAt(depths[count]).branchTypes().length;
        stack.spill(Operand.TRAP);
        stack.spillTop(carried);
        boolean moves = false;
        for (int depth : depths) {
            int target = labelAt(depth).branchTarget();
            moves |= carried > 0 && stack.peek(carried - 1).home != target;
        }
        if (!moves) {
            stack.emit(new Control.BrTable(index.node, depths));
            return;
        }
        // Each destination takes the operands elsewhere: branch to a switch over arms that move and branch on.
        var arms = new Stmt[depths.length];
        for (int i = 0; i < arms.length; i++) {
            arms[i] = movesThenBranch(labelAt(depths[i]), depths[i]);
        }
        stack.emit(new Control.Switch(index.node, arms));
    }

    // ---- calls

    private void call(int function) {
        Stmt target = function < module.importedFunctions() ? new Calls.Import(function) : owner.function(function);
        callTarget(target, module.functionType(function));
    }

    /** A call whose callee is the topmost operand, which goes to a slot. */
    private void callThrough(int type, IntFunction<Stmt> target) {
        if (stack.peek(0).slot < 0) {
            stack.spillTop(1);
        }
        Operand callee = stack.pop();
        callTarget(target.apply(callee.slot), type);
    }

    private void callTarget(Stmt target, int type) {
        int count = types.parameterCount(type);
        boolean simple = count <= Calls.MAX_ARGUMENTS;
        for (int i = 0; i < count; i++) {
            int parameter = types.parameter(type, i);
            simple &= parameter > 0 && parameter != TypeCode.V128;
        }
        stack.spillBelow(count, Operand.MEMORY | Operand.STATE | Operand.RESULT | Operand.TRAP);
        if (!simple) {
            stack.spill(Operand.RESULT);
        }
        var arguments = new Operand[count];
        for (int i = count - 1; i >= 0; i--) {
            arguments[i] = stack.pop();
        }
        if (simple) {
            var nodes = new Node[count];
            Arrays.setAll(nodes, i -> arguments[i].node);
            stack.emit(Calls.call(target, nodes));
        } else {
            writeArguments(arguments);
            stack.emit(Calls.call(target, new Node[0]));
        }
        pushResults(type);
    }

    private void writeArguments(Operand[] arguments) {
        int slot = 0;
        for (Operand argument : arguments) {
            if (argument.type == TypeCode.V128) {
                stack.emit(new Slots.Argument(slot, Nodes.local(TypeCode.I64, argument.slot)));
                stack.emit(new Slots.Argument(slot + 1, Nodes.local(TypeCode.I64, argument.slot + 1)));
            } else if (TypeCode.isReference(argument.type)) {
                stack.emit(new Slots.ReferenceArgument(slot, argument.node));
            } else {
                stack.emit(new Slots.Argument(slot, argument.node));
            }
            slot += TypeCode.slots(argument.type);
        }
    }

    /** Numbers are read from the callee's frame when they are needed; what is larger is copied at once. */
    private void pushResults(int type) {
        int slot = 0;
        for (int i = 0; i < types.resultCount(type); i++) {
            int result = types.result(type, i);
            if (result == TypeCode.V128) {
                int home = stack.home(result);
                stack.emit(new Slots.Set(home, Nodes.result(TypeCode.I64, slot)));
                stack.emit(new Slots.Set(home + 1, Nodes.result(TypeCode.I64, slot + 1)));
                stack.pushHome(result);
            } else if (TypeCode.isReference(result)) {
                stack.emit(new Slots.SetReference(stack.home(result), new Slots.ResultA(slot)));
                stack.pushHome(result);
            } else {
                stack.push(result, Nodes.result(result, slot), Operand.RESULT);
            }
            slot += TypeCode.slots(result);
        }
    }

    // ---- unreachable code

    /** Skips to the {@code else} or {@code end} of the present block and handles it. */
    private void skipDeadCode() {
        int depth = 0;
        for (;;) {
            int opcode = in.opcode();
            if (depth == 0 && (opcode == Opcodes.END || opcode == Opcodes.ELSE)) {
                deadEnd = opcode;
                return;
            }
            if (opcode == Opcodes.END) {
                depth--;
            } else if (opcode == Opcodes.BLOCK || opcode == Opcodes.LOOP || opcode == Opcodes.IF
                    || opcode == Opcodes.TRY_TABLE || opcode == Opcodes.TRY) {
                depth++;
            }
            in.skipImmediates(opcode);
        }
    }
}
