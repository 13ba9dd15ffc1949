package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Control;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.Stmt;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks around a {@code br_table} that are on their way to become one switch: the first statement of the block being
 * written, until that block ends too.
 */
final class SwitchBuilder implements Stmt {
    private final Stmt select;
    private final List<Stmt> arms = new ArrayList<>();

    /** @param select the innermost block's list, which ends with the {@code br_table} */
    SwitchBuilder(Stmt select) {
        this.select = select;
    }

    /** The next block around has ended; this is what follows the inner one in it. */
    void add(Stmt arm) {
        arms.add(arm);
    }

    Stmt finish(FunctionLists lists) {
        return lists.cases(select, arms.toArray(new Stmt[0]));
    }

    @Override
    public int exec(Frame f) {
        throw new IllegalStateException("not finished");
    }

    static boolean endsWithTable(List<Stmt> statements) {
        return !statements.isEmpty() && statements.get(statements.size() - 1) instanceof Control.BrTable;
    }
}
