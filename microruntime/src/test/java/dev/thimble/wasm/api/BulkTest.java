package dev.thimble.wasm.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Copies in pieces are like copies at once. */
class BulkTest {
    private static final int SIZE = 4 * Bulk.PIECE;

    @Test
    void overlappingRangesAreCopiedAsIfAtOnce() {
        for (int count : new int[] {0, 1, Bulk.PIECE - 1, Bulk.PIECE, Bulk.PIECE + 1, 2 * Bulk.PIECE, 3 * Bulk.PIECE + 5}) {
            for (int shift : new int[] {-Bulk.PIECE, -1, 0, 1, 100, Bulk.PIECE - 5}) {
                long[] expected = new long[SIZE + Bulk.PIECE];
                Arrays.setAll(expected, i -> i);
                long[] seen = expected.clone();
                int from = Math.max(0, -shift);
                int[] pieces = {0};
                System.arraycopy(expected, from, expected, from + shift, count);
                Bulk.copy(seen, from, seen, from + shift, count, () -> pieces[0]++);
                assertArrayEquals(expected, seen, count + " elements moved by " + shift);
                assertEquals(Math.max(0, count - 1) / Bulk.PIECE, pieces[0]);
            }
        }
    }

    @Test
    void aRangeIsFilledUpToItsEnds() {
        Object[] seen = new Object[SIZE];
        Object[] expected = seen.clone();
        Arrays.fill(expected, 3, SIZE - 7, "x");
        Bulk.fill(seen, 3, SIZE - 10, "x", () -> { });
        assertArrayEquals(expected, seen);
    }
}
