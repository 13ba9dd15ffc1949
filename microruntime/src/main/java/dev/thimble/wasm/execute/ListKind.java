package dev.thimble.wasm.execute;

/** What happens at the end of a list of statements. */
public enum ListKind {
    /** Nothing: the list has no label. */
    SEQUENCE,
    /** A branch to depth 0 ends here. */
    BLOCK,
    /** A branch to depth 0 begins anew. */
    LOOP
}
