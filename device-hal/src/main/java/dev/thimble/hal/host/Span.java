package dev.thimble.hal.host;

import dev.thimble.wasm.api.Memory;

/** The one check of a pointer range that a module passes. */
final class Span {
    private Span() { }

    /**
     * Lets {@code count} elements of {@code size} bytes from {@code at} (unsigned) pass when they lie in memory.
     *
     * @throws IndexOutOfBoundsException otherwise; it becomes a trap of the module
     */
    static void check(Memory memory, int at, int count, int size) {
        long length = Integer.toUnsignedLong(count) * size;
        long bytes = memory == null ? 0 : memory.size();
        if (Integer.toUnsignedLong(at) + length > bytes) {
            throw new IndexOutOfBoundsException("host call with " + length + " bytes at " + Integer.toUnsignedString(at)
                + " in a memory of " + bytes + " bytes");
        }
    }
}
