package dev.thimble.wasm.execute;

/**
 * What can be had again of a function's lists by translating it once more, and is kept only as long as there is room for it.
 *
 * @param statements of the lists that are not anchored, by list
 * @param offsets    of the statements of all lists in the binary
 * @param runs       how often they have run, or null if nobody asks
 */
public record ColdLists(Stmt[][] statements, int[][] offsets, Runs runs) {
}
