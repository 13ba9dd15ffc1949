package dev.thimble.wasm.api;

import java.util.Arrays;

/**
 * Copies of any length in pieces, between which something else may happen, such as the end of the run that wants them. Bounds are
 * the caller's to check before.
 */
public final class Bulk {
    /** Elements of a piece, whatever their size: at most 1 MiB, some 100 µs of work. */
    public static final int PIECE = 1 << 17;

    private Bulk() {
    }

    /**
     * Copies like {@link System#arraycopy}, overlapping ranges too.
     *
     * @param between runs after each whole piece; what it throws ends the copy
     */
    public static void copy(Object source, int from, Object target, int to, int count, Runnable between) {
        int begin = 0;
        int end = count;
        if (source == target && from < to) {
            for (; end > PIECE; end -= PIECE) {
                System.arraycopy(source, from + end - PIECE, target, to + end - PIECE, PIECE);
                between.run();
            }
        } else {
            for (; end - begin > PIECE; begin += PIECE) {
                System.arraycopy(source, from + begin, target, to + begin, PIECE);
                between.run();
            }
        }
        System.arraycopy(source, from + begin, target, to + begin, end - begin);
    }

    /** Sets {@code count} elements; {@code between} as in {@link #copy}. */
    public static void fill(Object[] target, int at, int count, Object value, Runnable between) {
        int from = at;
        for (; at + count - from > PIECE; from += PIECE) {
            Arrays.fill(target, from, from + PIECE, value);
            between.run();
        }
        Arrays.fill(target, from, at + count, value);
    }
}
