package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Exceptions;
import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Stmt;
import java.util.ArrayList;

/** A structured block being translated. */
final class Label {
    enum Kind { FUNCTION, BLOCK, LOOP, IF, ELSE, TRY, CATCH }

    final Kind kind;
    final Label outer;
    final int[] parameters;
    final int[] results;
    /** Operands, and the next operand's slot, below the parameters. */
    final int size;
    final int top;
    /** Number of the list being written. */
    int list;
    /** Offset of the block's first instruction. */
    final int offset;
    final OperandStack.StatementList outerList;
    /** Number of {@code if}s around. */
    final int nesting;
    /** What takes fuel before the block, see {@link OperandStack#useFuel}. */
    final int fuelUsers;
    /** Branches before the block that pay, see {@link OperandStack#pay}. */
    final int payers;
    /** Of a loop, fuel for another round; of an {@code if} and legacy handlers, what the arm being written takes more. */
    int cost;
    Node condition;
    Stmt then;
    /** Whether the first arm falls through to its end. */
    boolean thenReachable;
    /** Of a {@code try_table}, or null. */
    Exceptions.Clause[] clauses;
    /** Of a legacy {@code try}: its handlers so far, the tag of the one being written, the slot of what it caught. */
    ArrayList<Exceptions.Handler> handlers = new ArrayList<>(0);
    int tag;
    int exceptionSlot;
    /** Whether some branch ends here. */
    boolean targeted;

    Label(Kind kind, Label outer, int[] parameters, int[] results, OperandStack stack, int offset) {
        this.kind = kind;
        this.outer = outer;
        this.parameters = parameters;
        this.results = results;
        this.offset = offset;
        int below = stack.size() - (kind == Kind.FUNCTION ? 0 : parameters.length);
        size = below;
        top = below == stack.size() ? stack.top() : stack.peek(parameters.length - 1).home;
        nesting = outer == null ? 0 : outer.nesting + (outer.kind == Kind.IF || outer.kind == Kind.ELSE ? 1 : 0);
        fuelUsers = stack.fuelUsers();
        payers = stack.payers();
        outerList = stack.begin();
    }

    private Label(Kind kind, Label then, OperandStack stack) {
        this.kind = kind;
        outer = then.outer;
        parameters = then.parameters;
        results = then.results;
        size = then.size;
        top = then.top;
        offset = then.offset;
        nesting = then.nesting;
        condition = then.condition;
        cost = then.cost;
        targeted = then.targeted;
        fuelUsers = then.fuelUsers;
        payers = then.payers;
        outerList = stack.begin();
    }

    /** The other arm of this {@code if}, whose first arm has become {@code arm}. */
    Label otherwise(Stmt arm, boolean reachable, OperandStack stack) {
        var label = new Label(Kind.ELSE, this, stack);
        label.then = arm;
        label.thenReachable = reachable;
        return label;
    }

    /** The next handler of this legacy {@code try}, whose part before falls through or not. */
    Label handler(int handledTag, boolean reachable, OperandStack stack) {
        var label = new Label(Kind.CATCH, this, stack);
        label.then = then;
        label.handlers = handlers;
        label.tag = handledTag;
        label.exceptionSlot = exceptionSlot;
        label.thenReachable = thenReachable || reachable;
        return label;
    }

    /** The types that a branch to this label carries. */
    int[] branchTypes() {
        return kind == Kind.LOOP ? parameters : results;
    }

    /** The slot of the first value that a branch carries; a function's results go to its first slots. */
    int branchTarget() {
        return kind == Kind.FUNCTION ? 0 : top;
    }

    /** The label {@code depth} blocks further out. */
    Label outwards(int depth) {
        Label target = this;
        for (int i = 0; i < depth; i++) {
            target = target.outer;
        }
        return target;
    }

    /** The same as the end of a branch. */
    Label target(int depth) {
        Label target = outwards(depth);
        target.targeted |= target.kind != Kind.LOOP;
        return target;
    }

    /** Whether {@code target} is outside the innermost loop. */
    boolean leavesLoop(Label target) {
        Label l = this;
        while (l != target && l.kind != Kind.LOOP) {
            l = l.outer;
        }
        return l != target;
    }

    int depthOfFunction() {
        int depth = 0;
        for (Label l = this; l.outer != null; l = l.outer) {
            depth++;
        }
        return depth;
    }

    /** How many of the next {@code depth} labels outwards, this one included, are bodies of legacy {@code try}s. */
    int triesWithin(int depth) {
        int tries = 0;
        Label l = this;
        for (int i = 0; i < depth; i++, l = l.outer) {
            tries += l.kind == Kind.TRY ? 1 : 0;
        }
        return tries;
    }
}
