package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Node;

/** Counts how often each class of nodes appears on a path, since HotSpot inlines a method only twice into a chain. */
final class Nesting {
    private static final long LOW = 0x1111_1111_1111_1111L;

    private Nesting() {
    }

    /** The larger of each pair of counters, none of which passes 7. */
    static long max(long a, long b) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 4) {
            result |= Math.max(a >>> shift & 15, b >>> shift & 15) << shift;
        }
        return result;
    }

    static long add(long counters, Node node) {
        int name = node.getClass().getName().hashCode();
        int counter = (name ^ name >>> 8 ^ name >>> 16) & 15;
        return counters + (1L << 4 * counter);
    }

    /** Whether some class appears twice, so that it cannot once more. */
    static boolean full(long counters) {
        return (counters + 6 * LOW & 8 * LOW) != 0;
    }
}
