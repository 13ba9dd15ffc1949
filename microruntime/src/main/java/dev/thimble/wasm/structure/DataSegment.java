package dev.thimble.wasm.structure;

/**
 * One data segment (spec 3.0, "Data Segments"). Its bytes stay in the binary.
 *
 * @param mode   active or passive
 * @param memory index of the memory, when active
 * @param offset offset in the binary of the constant expression for the first address, when active
 * @param start  offset in the binary of the first byte
 * @param length in bytes
 */
public record DataSegment(SegmentMode mode, int memory, int offset, int start, int length) {
}
