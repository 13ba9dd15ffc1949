package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Control;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Blocks around a {@code br_table} that are on their way to become one switch: the first statement of the block being
 * written, until that block ends too.
 */
final class SwitchBuilder implements Stmt {
    private final Stmt select;
    private final List<Stmt> arms = new ArrayList<>();

    /** @param select the innermost block's list, which ends with the {@code br_table} */
    private SwitchBuilder(Stmt select) {
        this.select = select;
    }

    /** @param list number of the list that the switch becomes a statement of */
    Stmt finish(Translation lists, int list) {
        return lists.cases(select, arms.toArray(new Stmt[0]), list);
    }

    @Override
    public int exec(Frame f) {
        throw new IllegalStateException("not finished");
    }

    /**
     * What a block that ends becomes if it begins with an unfinished switch, which then has an arm more, or ends with a
     * {@code br_table}; else null.
     *
     * @param sequence makes a statement of a list
     */
    static SwitchBuilder of(OperandStack.StatementList list, Function<OperandStack.StatementList, Stmt> sequence) {
        List<Stmt> statements = list.statements();
        if (!statements.isEmpty() && statements.get(0) instanceof SwitchBuilder inner) {
            statements.remove(0);
            list.offsets().remove(0);
            inner.arms.add(sequence.apply(list));
            return inner;
        }
        boolean table = !statements.isEmpty() && statements.get(statements.size() - 1) instanceof Control.BrTable;
        return table ? new SwitchBuilder(sequence.apply(list)) : null;
    }
}
