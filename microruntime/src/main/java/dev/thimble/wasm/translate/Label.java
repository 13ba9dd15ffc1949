package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Node;
import dev.thimble.wasm.execute.Stmt;

/** A structured block being translated. */
final class Label {
    enum Kind { FUNCTION, BLOCK, LOOP, IF, ELSE, TRY }

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
    Node condition;
    Stmt then;
    /** Whether the first arm falls through to its end. */
    boolean thenReachable;
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
        outerList = stack.begin();
    }

    private Label(Label then, OperandStack stack) {
        kind = Kind.ELSE;
        outer = then.outer;
        parameters = then.parameters;
        results = then.results;
        size = then.size;
        top = then.top;
        offset = then.offset;
        nesting = then.nesting;
        condition = then.condition;
        targeted = then.targeted;
        outerList = stack.begin();
    }

    /** The other arm of this {@code if}, whose first arm has become {@code arm}. */
    Label otherwise(Stmt arm, boolean reachable, OperandStack stack) {
        var label = new Label(this, stack);
        label.then = arm;
        label.thenReachable = reachable;
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
}
