package dev.thimble.wasm.execute;

/** What can be had again of a function's lists by translating it once more, and is kept only as long as there is room for it. */
public final class ColdLists {
    /** Of the lists that are not anchored, by list. */
    final Stmt[][] statements;
    /** In the binary, of the statements of all lists. */
    final int[][] offsets;
    /** How often lists have run, or null if nobody asks. */
    final Runs runs;
    Continuation.Cache continuations;

    ColdLists(Stmt[][] statements, int[][] offsets, Runs runs) {
        this.statements = statements;
        this.offsets = offsets;
        this.runs = runs;
    }
}
