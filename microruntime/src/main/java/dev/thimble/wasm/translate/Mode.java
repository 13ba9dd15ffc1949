package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Patterns;

/** How bodies become trees. The meaning is the same in every mode; the test suite runs in all. */
public enum Mode {
    /** Plain nodes, nothing anchored: the reference. */
    PLAIN(Patterns.NONE, 0),
    /** Patterns, and anchors for what proves hot. */
    TIERED(Patterns.ALL, 50),
    /** Patterns, and every list anchored at once. */
    ANCHORED(Patterns.ALL, 0);

    final Patterns patterns;
    /** Milliseconds for which a function runs before any list of it is anchored. */
    final int patience;

    Mode(Patterns patterns, int patience) {
        this.patterns = patterns;
        this.patience = patience;
    }
}
