package dev.thimble.wasm.structure;

/**
 * One element segment (spec 3.0, "Element Segments"). Its items stay in the binary.
 *
 * @param table       index of the table, when active
 * @param offset      offset in the binary of the constant expression for the first index, when active
 * @param type        {@link TypeCode} of the items
 * @param count       number of items
 * @param items       offset in the binary of the first item
 * @param expressions whether the items are constant expressions, one after the other, or function indices (LEB128)
 */
public record ElementSegment(SegmentMode mode, int table, int offset, int type, int count, int items, boolean expressions) {
}
