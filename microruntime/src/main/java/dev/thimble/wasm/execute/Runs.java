package dev.thimble.wasm.execute;

import java.util.Arrays;

/** How often each of a function's lists has run of late. Threads may share one: counts that get lost do no harm. */
final class Runs {
    private final int[] counts;
    private int since = now();

    Runs(int lists) {
        counts = new int[lists];
    }

    /** Milliseconds. */
    static int now() {
        return (int) (System.nanoTime() / 1_000_000);
    }

    /** Counts a run, and tells whether it is time to ask if the list is hot. */
    boolean add(int list) {
        return (++counts[list] & FunctionLists.ASK - 1) == 0;
    }

    int of(int list) {
        return counts[list];
    }

    /** Milliseconds in which they have been counted. */
    int elapsed() {
        return now() - since;
    }

    void restart() {
        Arrays.fill(counts, 0);
        since = now();
    }
}
