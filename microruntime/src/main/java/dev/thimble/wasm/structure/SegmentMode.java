package dev.thimble.wasm.structure;

/** What happens with a segment at instantiation (spec 3.0, "Element Segments", "Data Segments"). */
public enum SegmentMode {
    /** Copied at instantiation, then dropped. */
    ACTIVE,
    /** Waits for {@code table.init}, {@code memory.init} and their like. */
    PASSIVE,
    /** Only declares that its functions are referenced. */
    DECLARATIVE
}
