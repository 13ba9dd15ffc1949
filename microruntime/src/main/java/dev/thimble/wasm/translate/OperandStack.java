package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Control;
import dev.thimble.wasm.execute.InRegister;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Slots;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.structure.TypeCode;
import java.util.ArrayList;
import java.util.List;

/**
 * The abstract stack of pending expressions, and the list of statements being written.
 *
 * <p>An expression waits on the stack until an instruction takes it as its operand. It is spilled to its slot, its
 * home, earlier when waiting would change its value or the order of what can be observed: when a slot that it reads
 * is about to be written, when it reads memory or other state and that may change, when it may trap and something
 * visible follows, and at block boundaries. Every position of the stack has a fixed home, so that all versions of a
 * function lay out their frames alike.
 */
final class OperandStack {
    /** Tree height beyond which an expression is spilled; HotSpot inlines 15 calls deep. */
    private static final int MAX_HEIGHT = 7;

    final Sharing nodes = new Sharing();
    /** Where innermost loops keep slots, or null. */
    private final LoopRegisters registers;
    private final ArrayList<Operand> stack = new ArrayList<>();
    private ArrayList<Stmt> statements = new ArrayList<>();
    private ArrayList<Integer> offsets = new ArrayList<>();
    /** Nodes that are not the present list's own. */
    private int othersNodes;
    private int at;
    private Accesses accesses;
    private int top;
    private int frameSize;
    private boolean usesReferences;
    private int fuelUsers;
    private int payers;
    /** What the next statement is to pay. */
    private int due;

    OperandStack(int localSlots, LoopRegisters registers) {
        this.registers = registers;
        top = localSlots;
        frameSize = localSlots;
    }

    /** Says which instruction the coming statements belong to. */
    void at(int offset) {
        at = offset;
    }

    int at() {
        return at;
    }

    int size() {
        return stack.size();
    }

    /** The slot of the next operand. */
    int top() {
        return top;
    }

    /** Slots that the function needs. */
    int frameSize() {
        return frameSize;
    }

    boolean usesReferences() {
        return usesReferences;
    }

    Operand peek(int fromTop) {
        return stack.get(stack.size() - 1 - fromTop);
    }

    /** Notes a statement that takes fuel itself: a call, a loop, or an operation in bulk. */
    void useFuel() {
        fuelUsers++;
        useSlots();
    }

    /** Notes what reads or writes slots by itself, or is too much for a loop whose slots are in registers. */
    void useSlots() {
        if (registers != null) {
            registers.abandon();
        }
    }

    /** Begins an innermost loop, so far; {@code mayUseRegisters} unless it is to keep its slots in the frame. */
    void beginLoop(int list, boolean mayUseRegisters) {
        useSlots();
        if (registers != null && mayUseRegisters) {
            registers.begin(list);
        }
    }

    /** Ends a loop; the result is what it keeps in registers, or null. */
    LoopRegisters.Loop endLoop(int list, int statements) {
        return registers == null ? null : registers.end(list, statements);
    }

    int payers() {
        return payers;
    }

    int fuelUsers() {
        return fuelUsers;
    }

    /** Notes a branch that pays for the way that is taken; {@code leaves} if that way leaves the innermost loop. */
    void pay(boolean leaves) {
        payers += leaves ? 0 : 1;
        if (registers != null) {
            registers.pay();
        }
    }

    // ---- statements

    /** Begins a new list and returns the old one, for {@link #resume}. */
    StatementList begin() {
        settle();
        var outer = new StatementList(statements, offsets, nodes.count() - othersNodes);
        statements = new ArrayList<>();
        offsets = new ArrayList<>();
        othersNodes = nodes.count();
        return outer;
    }

    /** The list written since {@link #begin}; goes on with the outer one. */
    StatementList resume(StatementList outer) {
        settle();
        var inner = new StatementList(statements, offsets, nodes.count() - othersNodes);
        statements = outer.statements();
        offsets = outer.offsets();
        othersNodes = nodes.count() - outer.nodes();
        return inner;
    }

    /** Whether nothing has been written to the present list. */
    boolean isListEmpty() {
        return statements.isEmpty();
    }

    /** Statements with their offsets in the binary, and how many nodes were made for them. */
    record StatementList(ArrayList<Stmt> statements, ArrayList<Integer> offsets, int nodes) {
        Stmt[] array() {
            return statements.toArray(new Stmt[0]);
        }

        int[] offsetArray() {
            return offsets.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /** Notes what {@code all} wants to know. */
    void accesses(Accesses all) {
        accesses = all;
    }

    /** Notes that the instructions of a block begin. */
    void block() {
        if (accesses != null) {
            accesses.statement(at, stack);
        }
    }

    /** Adds a statement; what must come before it has been spilled. */
    void emit(Stmt statement) {
        if (accesses != null) {
            accesses.statement(at, stack);
        }
        if (due != 0 && Slots.isSet(statement)) {
            statements.add(new Control.Pay(due, statement));
            due = 0;
        } else {
            settle();
            statements.add(statement);
        }
        offsets.add(at);
    }

    /** Has what follows pay. */
    void due(int units) {
        due = units;
    }

    private void settle() {
        if (due != 0) {
            statements.add(new Control.Pay(due, Control.NOP));
            offsets.add(at);
            due = 0;
        }
    }

    /** Adds a statement of which {@code effects} depend, as flags of {@link Operand}. */
    void emit(Stmt statement, int effects) {
        spill(effects);
        emit(statement);
    }

    // ---- operands

    /** Pushes an operation's result, which depends on all that its operands depend on. */
    void push(int type, Node node, int effects, Operand... operands) {
        var o = new Operand(type, top);
        o.node = node;
        o.effects = effects;
        o.start = operands.length == 0 ? at : operands[0].start;
        for (Operand operand : operands) {
            o.effects |= operand.effects;
            o.reads |= operand.reads;
            o.height = Math.max(o.height, operand.height + 1);
            o.nesting = Nesting.max(o.nesting, operand.nesting);
        }
        o.nesting = Nesting.add(o.nesting, node);
        if (accesses != null && (effects & Operand.TRAP) != 0) {
            accesses.read(at, type, node);
        }
        place(o);
    }

    /** Before an expression is made of the topmost {@code count} operands: spills those that are too deep for it. */
    void prepare(int count) {
        for (int i = stack.size() - count; i < stack.size(); i++) {
            Operand o = stack.get(i);
            if (o.height >= MAX_HEIGHT || Nesting.full(o.nesting)) {
                spillAt(i);
            }
        }
    }

    /** Pushes what is in a slot: a local, or a value that a statement left in its home. */
    void pushSlot(int type, int slot) {
        var o = new Operand(type, top);
        o.start = at;
        inSlot(o, slot);
        place(o);
    }

    /** The slot of the next operand, made free for a statement to write. */
    int home(int type) {
        spillReaders(top);
        if (type == TypeCode.V128) {
            spillReaders(top + 1);
        }
        return top;
    }

    /** Sees to it that an operand lies in some slot. */
    void slotAt(int fromTop) {
        int index = stack.size() - 1 - fromTop;
        if (stack.get(index).slot < 0) {
            spillAt(index);
        }
    }

    /** Pushes a value that the statement just written left in the home of the next operand. */
    void pushHome(int type) {
        pushSlot(type, top);
    }

    private void place(Operand o) {
        stack.add(o);
        top += TypeCode.slots(o.type);
        frameSize = Math.max(frameSize, top);
        usesReferences |= TypeCode.isReference(o.type);
    }

    private void inSlot(Operand o, int slot) {
        o.effects = 0;
        o.height = 0;
        o.nesting = 0;
        o.slot = slot;
        o.reads = Operand.bit(slot);
        if (o.type == TypeCode.V128) {
            o.reads |= Operand.bit(slot + 1);
        } else {
            o.node = read(o.type, slot);
        }
    }

    Node read(int type, int slot) {
        if (TypeCode.isReference(type)) {
            useSlots();
            return nodes.local(slot);
        }
        int register = registers == null ? -1 : registers.use(type, slot, false);
        return register < 0 ? nodes.local(slot)
                : nodes.share(InRegister.get(type, register), null, null, register);
    }

    private Stmt write(int type, int slot, Node value) {
        if (TypeCode.isReference(type)) {
            useSlots();
            return new Slots.SetReference(slot, value);
        }
        int register = registers == null ? -1 : registers.use(type, slot, true);
        return register < 0 ? nodes.share(Slots.set(type, slot, value), value, null, slot)
                : nodes.share(InRegister.set(type, register, value), value, null, register);
    }

    Operand pop() {
        Operand o = stack.remove(stack.size() - 1);
        top = o.home;
        return o;
    }

    /** Pops the operands above {@code size}. */
    void cut(int size) {
        while (stack.size() > size) {
            pop();
        }
    }

    // ---- spilling

    /** Spills what any of {@code effects} would change: Operand's flags. */
    void spill(int effects) {
        spillBelow(0, effects);
    }

    /** The same, leaving the topmost {@code count} alone. */
    void spillBelow(int count, int effects) {
        if (effects != 0) {
            for (int i = 0; i < stack.size() - count; i++) {
                if ((stack.get(i).effects & effects) != 0) {
                    spillAt(i);
                }
            }
        }
    }

    /** Spills what reads a slot that is about to be written. */
    void spillReaders(int slot) {
        for (int i = 0; i < stack.size(); i++) {
            if (stack.get(i).reads(slot)) {
                spillAt(i);
            }
        }
    }

    /** Spills everything but constants. */
    void spillAll() {
        spillAllBelow(0);
    }

    /** The same, leaving the topmost {@code count} alone. */
    void spillAllBelow(int count) {
        for (int i = 0; i < stack.size() - count; i++) {
            Operand o = stack.get(i);
            if (o.reads != 0 || o.effects != 0 || o.height != 0) {
                spillAt(i);
            }
        }
    }

    /** Spills the topmost {@code count}, constants too. */
    void spillTop(int count) {
        for (int i = stack.size() - count; i < stack.size(); i++) {
            spillAt(i);
        }
    }

    /** Sees to it that the topmost {@code count} are in slots, wherever. */
    void toSlots(int count) {
        for (int i = stack.size() - count; i < stack.size(); i++) {
            if (stack.get(i).slot < 0) {
                spillAt(i);
            }
        }
    }

    /** Spills the topmost {@code count} and takes them away; the result is where their row of slots begins. */
    int popRow(int count) {
        spillTop(count);
        for (int i = 0; i < count; i++) {
            pop();
        }
        return top;
    }

    private void spillAt(int index) {
        Operand o = stack.get(index);
        if (isHome(o)) {
            return;
        }
        for (int i = 0; i < index; i++) {
            Operand below = stack.get(i);
            boolean trapsFirst = (o.effects & Operand.TRAP) != 0 && (below.effects & Operand.TRAP) != 0;
            if (trapsFirst || below.reads(o.home) && !isHome(below)
                    || o.type == TypeCode.V128 && below.reads(o.home + 1) && !isHome(below)) {
                spillAt(i);
            }
        }
        move(o, o.home);
        inSlot(o, o.home);
    }

    private static boolean isHome(Operand o) {
        return o.slot == o.home;
    }

    /** Writes an operand to a slot. */
    void move(Operand o, int slot) {
        if (o.slot == slot) {
            return;
        }
        if (o.type == TypeCode.V128) {
            emit(Slots.set(TypeCode.I64, slot, nodes.local(o.slot)));
            emit(Slots.set(TypeCode.I64, slot + 1, nodes.local(o.slot + 1)));
        } else {
            emit(write(o.type, slot, o.node));
        }
    }
}
