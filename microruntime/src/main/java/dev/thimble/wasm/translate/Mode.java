package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Patterns;

/** How bodies become trees. The meaning is the same in every mode; the test suite runs in all. */
public enum Mode {
    /** Plain nodes, nothing anchored: the reference. */
    PLAIN(Patterns.NONE),
    /** Patterns, and anchors for what proves hot. */
    TIERED(Patterns.ALL),
    /** Patterns, and every list anchored at once. */
    ANCHORED(Patterns.ALL);

    final Patterns patterns;

    Mode(Patterns patterns) {
        this.patterns = patterns;
    }
}
