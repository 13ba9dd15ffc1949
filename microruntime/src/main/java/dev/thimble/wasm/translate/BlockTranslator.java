package dev.thimble.wasm.translate;

import dev.thimble.wasm.api.HeapType;
import dev.thimble.wasm.execute.At;
import dev.thimble.wasm.execute.Calls;
import dev.thimble.wasm.execute.Control;
import dev.thimble.wasm.execute.Entry;
import dev.thimble.wasm.execute.Exceptions;
import dev.thimble.wasm.execute.FunctionBody;
import dev.thimble.wasm.execute.ListKind;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.References;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.opcode.Opcodes;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.structure.TypeCode;
import dev.thimble.wasm.structure.TypeSpace;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Translates structured control: blocks become lists of statements, branches become result codes. Code that cannot be
 * reached is skipped and costs nothing.
 */
final class BlockTranslator {
    private static final int[] NO_TYPES = {};

    private final Charges charges;
    private final Module module;
    private final TypeSpace types;
    private final Translation lists;
    private final CodeReader in;
    private final OperandStack stack;
    private Label label;
    private int listCount;
    /** The loop that has ended last. */
    private Stmt loop;
    /** The next slot for what a legacy handler has caught. */
    private int hiddenSlots;
    /** The opcode that ends a stretch of dead code that has been skipped, or 0. */
    private int deadEnd;

    /**
     * Begins with the label of a function.
     *
     * @param hiddenSlots the first of the slots below the operands that legacy handlers keep exceptions in
     */
    BlockTranslator(Module module, Translation lists, CodeReader in, OperandStack stack, int[] results,
                    int hiddenSlots, BlockCosts costs) {
        charges = new Charges(costs, stack);
        this.hiddenSlots = hiddenSlots;
        this.module = module;
        types = module.types();
        this.lists = lists;
        this.in = in;
        this.stack = stack;
        label = new Label(Label.Kind.FUNCTION, null, NO_TYPES, results, stack, in.position());
        label.list = listCount++;
    }

    /** Whether dead code has just been skipped, up to an {@code else} or {@code end}. */
    boolean isDead() {
        return deadEnd != 0;
    }

    /** Handles what ends the dead code; true at the function's end. */
    boolean resume() {
        int opcode = deadEnd;
        deadEnd = 0;
        switch (opcode) {
            case Opcodes.ELSE:
                otherwise(false);
                return false;
            case Opcodes.CATCH:
            case Opcodes.CATCH_ALL:
                handler(opcode, false);
                return false;
            case Opcodes.DELEGATE:
                delegate(false);
                return false;
            default:
                return end(false);
        }
    }

    /** Translates an instruction of structured control; false when it is of another family. */
    boolean instruction(int opcode) {
        switch (opcode) {
            case Opcodes.UNREACHABLE -> {
                stack.emit(new Control.Unreachable(stack.at()), Operand.TRAP);
                skipDeadCode();
            }
            case Opcodes.NOP -> { }
            case Opcodes.BLOCK -> enter(Label.Kind.BLOCK);
            case Opcodes.LOOP -> enter(Label.Kind.LOOP);
            case Opcodes.IF -> enter(Label.Kind.IF);
            case Opcodes.ELSE -> otherwise(true);
            case Opcodes.BR -> {
                branch(in.u32());
                skipDeadCode();
            }
            case Opcodes.RETURN -> {
                branch(label.depthOfFunction());
                skipDeadCode();
            }
            case Opcodes.BR_IF -> branchIf(in.u32());
            case Opcodes.BR_TABLE -> {
                branchTable();
                skipDeadCode();
            }
            case Opcodes.BR_ON_NULL -> branchOnNull(in.u32());
            case Opcodes.BR_ON_NON_NULL -> branchOnNonNull(in.u32());
            case Opcodes.BR_ON_CAST -> branchOnCast(true);
            case Opcodes.BR_ON_CAST_FAIL -> branchOnCast(false);
            default -> {
                return exceptional(opcode);
            }
        }
        return true;
    }

    private boolean exceptional(int opcode) {
        switch (opcode) {
            case Opcodes.TRY_TABLE -> enterTryTable();
            case Opcodes.THROW -> {
                throwTag(in.u32());
                skipDeadCode();
            }
            case Opcodes.THROW_REF -> {
                stack.spillTop(1);
                rethrow(stack.pop().slot);
            }
            case Opcodes.TRY -> {
                enter(Label.Kind.TRY);
                label.exceptionSlot = hiddenSlots++;
            }
            case Opcodes.CATCH, Opcodes.CATCH_ALL -> handler(opcode, true);
            case Opcodes.DELEGATE -> delegate(true);
            case Opcodes.RETHROW -> rethrow(label.outwards(in.u32()).exceptionSlot);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void rethrow(int slot) {
        stack.emit(new Exceptions.ThrowReference(slot), Operand.TRAP);
        skipDeadCode();
    }

    /** The function's tree. */
    FunctionBody function(Entry entry) {
        var list = stack.resume(label.outerList);
        Stmt[] statements = list.array();
        lists.weigh(label.list, ListKind.BLOCK, list);
        FunctionBody function = statements.length == 0 ? lists.function(entry, new Stmt[] {Control.NOP}, new int[] {entry.offset()})
                : lists.function(entry, statements, list.offsetArray());
        lists.end(listCount);
        return function;
    }

    // ---- blocks

    private void enter(Label.Kind kind) {
        enter(kind, in.blockType());
    }

    private void enter(Label.Kind kind, int type) {
        int offset = stack.at();
        stack.block();
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
        label.cost = kind == Label.Kind.LOOP ? charges.round(offset) : kind == Label.Kind.IF ? charges.pay(offset, false) : 0;
        if (kind == Label.Kind.LOOP) {
            stack.beginLoop(label.list, parameters.length == 0 && lists.usesRegisters(label));
        }
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
        return make(ListKind.SEQUENCE, stack.resume(label.outerList), label.list);
    }

    private Stmt make(ListKind kind, OperandStack.StatementList list, int number) {
        Stmt[] statements = list.array();
        if (statements.length == 0 && kind != ListKind.LOOP) {
            return Control.NOP;
        }
        if (statements.length == 1 && kind == ListKind.SEQUENCE) {
            return statements[0] == loop || Calls.isCall(statements[0]) ? new At(statements[0], list.offsets().get(0))
                    : statements[0];
        }
        stack.useSlots();
        lists.weigh(number, kind, list);
        boolean leaf = kind == ListKind.LOOP && stack.fuelUsers() == label.fuelUsers;
        return lists.make(kind, statements.length == 0 ? new Stmt[] {Control.NOP} : statements,
                statements.length == 0 ? new int[] {label.offset} : list.offsetArray(), number,
                leaf, leaf && stack.payers() == label.payers, label.cost);
    }

    boolean end(boolean reachable) {
        Label ended = label;
        if (ended.kind == Label.Kind.FUNCTION) {
            if (reachable) {
                moveResults(ended);
            }
            return true;
        }
        boolean live = reachable || ended.targeted;
        Stmt statement;
        if (ended.kind == Label.Kind.IF || ended.kind == Label.Kind.ELSE) {
            Stmt arm = finishArm(reachable);
            statement = ended.kind == Label.Kind.IF ? Control.branch(ended.condition, arm, Control.NOP, ended.cost, ended.nesting)
                    : Control.branch(ended.condition, ended.then, arm, ended.cost, ended.nesting);
            live |= ended.kind == Label.Kind.IF || ended.thenReachable;
        } else if (ended.kind == Label.Kind.TRY || ended.kind == Label.Kind.CATCH) {
            statement = endTry(ended, reachable);
            live |= ended.thenReachable;
        } else {
            if (reachable) {
                stack.spillAll();
                stack.spillTop(ended.results.length);
            }
            statement = endBlock(ended, stack.resume(ended.outerList));
            if (ended.clauses != null) {
                statement = new Exceptions.TryTable(statement, ended.clauses);
            }
        }
        stack.at(ended.offset);
        stack.emit(statement);
        restart(ended.results);
        label = ended.outer;
        if (!live) {
            skipDeadCode();
            return false;
        }
        stack.due(ended.kind == Label.Kind.BLOCK ? charges.pay(in.position() - 1, false) : 0);
        return false;
    }

    private Stmt endBlock(Label ended, OperandStack.StatementList list) {
        if (ended.kind == Label.Kind.LOOP) {
            LoopRegisters.Loop registers = stack.endLoop(ended.list, list.statements().size());
            if (registers != null) {
                lists.weigh(ended.list, ListKind.LOOP, list);
            }
            loop = registers == null ? make(ListKind.LOOP, list, ended.list)
                    : lists.loop(list.array(), list.offsetArray(), ended.list, ended.cost, registers);
            stack.useFuel();
            return loop;
        }
        if (ended.clauses != null || ended.parameters.length + ended.results.length > 0) {
            return make(ListKind.BLOCK, list, ended.list);
        }
        SwitchBuilder builder = SwitchBuilder.of(list, inner -> make(ListKind.SEQUENCE, inner, ended.list));
        if (builder == null) {
            return make(ListKind.BLOCK, list, ended.list);
        }
        boolean goesOn = ended.outer.kind == Label.Kind.BLOCK && ended.outer.clauses == null
                && ended.outer.parameters.length + ended.outer.results.length == 0 && stack.isListEmpty();
        return goesOn ? builder : builder.finish(lists, ended.outer.list);
    }

    // ---- branches

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
        moveResults(label.target(depth));
        stack.emit(br(depth));
    }

    private Stmt br(int depth) {
        return stack.nodes.share(new Control.Br(depth), null, null, depth);
    }

    private void branchIf(int depth) {
        Operand condition = stack.pop();
        Label target = label.target(depth);
        int carried = target.branchTypes().length;
        stack.spill(Operand.TRAP);
        conditional(condition.node, target, carried, depth);
    }

    /** Branches if {@code condition} holds, and leaves the carried operands on the stack for the case that it does not. */
    private void conditional(Node condition, Label target, int carried, int depth) {
        stack.spillTop(carried);
        int pay = charges.pay(stack.at(), label.leavesLoop(target));
        boolean moves = carried > 0 && stack.peek(carried - 1).home != target.branchTarget();
        if (!moves && pay == 0) {
            stack.emit(stack.nodes.share(Control.branchIf(condition, depth), condition, null, depth));
            return;
        }
        Stmt branch = moves ? movesThenBranch(target, depth + 1) : br(depth + 1);
        stack.emit(Control.branch(condition, branch, Control.NOP, pay, label.nesting));
    }

    private Stmt movesThenBranch(Label target, int depth) {
        var outer = stack.begin();
        moveResults(target);
        stack.emit(br(depth));
        return make(ListKind.SEQUENCE, stack.resume(outer), listCount++);
    }

    private void branchTable() {
        Operand index = stack.pop();
        var depths = new int[in.u32() + 1];
        Arrays.setAll(depths, i -> in.u32());
        // A table may have millions of entries, but only as many destinations as there are labels.
        var destinations = new BitSet();
        for (int depth : depths) {
            destinations.set(depth);
        }
        int carried = label.outwards(depths[0]).branchTypes().length;
        stack.spill(Operand.TRAP);
        stack.spillTop(carried);
        int[] each = destinations.stream().toArray();
        boolean moves = false;
        for (int depth : each) {
            int target = label.target(depth).branchTarget();
            moves |= carried > 0 && stack.peek(carried - 1).home != target;
        }
        int[] pays = charges.each();
        if (!moves) {
            stack.emit(Control.branchTable(index.node, depths, pays));
            return;
        }
        // Each destination takes the operands elsewhere: the table chooses among arms that move and branch on.
        var arms = new Stmt[each.length];
        Arrays.setAll(arms, i -> movesThenBranch(label.outwards(each[i]), each[i]));
        Arrays.setAll(depths, i -> Arrays.binarySearch(each, depths[i]));
        stack.emit(new Control.Switch(Control.branchTable(index.node, depths, pays), arms));
    }

    // ---- branches on references

    private void branchOnNull(int depth) {
        stack.slotAt(0);
        Operand reference = stack.pop();
        Label target = label.target(depth);
        stack.spill(Operand.TRAP);
        conditional(new References.IsNull(reference.node), target, target.branchTypes().length, depth);
        stack.pushSlot(reference.type, reference.slot);
    }

    private void branchOnNonNull(int depth) {
        Label target = label.target(depth);
        int carried = target.branchTypes().length;
        stack.spillBelow(carried, Operand.TRAP);
        stack.spillTop(carried);
        conditional(new Control.Not(new References.IsNull(stack.peek(0).node)), target, carried, depth);
        stack.pop();
    }

    private void branchOnCast(boolean onSuccess) {
        int flags = in.u8();
        int depth = in.u32();
        in.signed();
        HeapType type = in.heapType(types);
        Label target = label.target(depth);
        int carried = target.branchTypes().length;
        stack.spillBelow(carried, Operand.TRAP);
        stack.spillTop(carried);
        Node test = GcInstructions.test(stack.peek(0).node, (flags & 2) != 0, type);
        conditional(onSuccess ? test : new Control.Not(test), target, carried, depth);
    }

    // ---- exceptions

    private void throwTag(int tag) {
        int type = module.tags().get(tag);
        int count = types.parameterCount(type);
        boolean references = false;
        for (int i = 0; i < count; i++) {
            references |= TypeCode.isReference(types.parameter(type, i));
        }
        stack.spillBelow(count, Operand.TRAP);
        int end = stack.top();
        int base = stack.popRow(count);
        stack.emit(new Exceptions.Throw(tag, base, end - base, references));
    }

    private void enterTryTable() {
        int type = in.blockType();
        int result = in.blockResult();
        int[] pays = charges.each();
        var clauses = new Exceptions.Clause[in.u32()];
        for (int i = 0; i < clauses.length; i++) {
            int kind = in.u8();
            int tag = kind < 2 ? in.u32() : -1;
            int depth = in.u32();
            clauses[i] = new Exceptions.Clause(tag, (kind & 1) != 0, label.target(depth).branchTarget(), depth, pays == null ? 0 : pays[i]);
        }
        in.blockResult(result);
        enter(Label.Kind.BLOCK, type);
        label.clauses = clauses;
    }

    /** {@code catch} and {@code catch_all} of a legacy {@code try}: ends the body or the handler before. */
    private void handler(int opcode, boolean reachable) {
        int offset = in.position() - 1;
        finishTryPart(reachable);
        int tag = opcode == Opcodes.CATCH ? in.u32() : -1;
        Label handled = label;
        label = handled.handler(tag, reachable, stack);
        label.cost = charges.pay(offset, false);
        label.list = listCount++;
        int[] values = NO_TYPES;
        if (tag >= 0) {
            int type = module.tags().get(tag);
            values = new int[types.parameterCount(type)];
            Arrays.setAll(values, i -> types.parameter(type, i));
        }
        restart(values);
    }

    /** Turns the part of a legacy {@code try} being written into its body or its latest handler. */
    private void finishTryPart(boolean reachable) {
        Stmt part = finishArm(reachable);
        if (label.kind == Label.Kind.TRY) {
            label.then = part;
        } else {
            label.handlers.add(new Exceptions.Handler(label.tag, label.top, part, label.cost));
        }
    }

    private Stmt endTry(Label ended, boolean reachable) {
        finishTryPart(reachable);
        return new Exceptions.Try(ended.then, ended.handlers.toArray(new Exceptions.Handler[0]), ended.exceptionSlot);
    }

    private void delegate(boolean reachable) {
        int tries = label.outer.triesWithin(in.u32());
        boolean live = reachable || label.targeted;
        Label ended = label;
        Stmt body = finishArm(reachable);
        stack.at(ended.offset);
        stack.emit(new Exceptions.Delegate(body, tries));
        restart(ended.results);
        label = ended.outer;
        if (!live) {
            skipDeadCode();
        }
    }

    // ---- unreachable code

    /** Skips to the {@code else} or {@code end} of the present block and handles it. */
    void skipDeadCode() {
        deadEnd = in.skipBlock();
    }
}
