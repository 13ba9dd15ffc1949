package dev.thimble.wasm.execute;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Finds out whether the JVM makes machine registers of a loop's {@link Registers}. It does as soon as C2 has compiled the loop with
 * every node inlined, which depends on what else has run, and on flags. Until then each entry allocates them; a loop that still does
 * so after thousands of entries and some seconds goes back to the frame. Threads may share one: counts that get lost do no harm.
 */
final class RegisterTrial {
    /** Instead of a number of entries: nothing more is to be found out, since one has allocated nothing. */
    static final int PASSED = -1;
    /** The loop has gone back to the frame. Not one less or more than another: threads may count at the same time. */
    static final int FAILED = Integer.MIN_VALUE;
    /** Every so many entries one is measured. */
    static final int EVERY = 256;
    /** What a compiler may need, at least. */
    private static final int ENTRIES = 20_000;
    private static final int MILLISECONDS = 5_000;

    /** Kept, since asking for it allocates; not loaded before a loop needs it. */
    private static ThreadMXBean threads;

    private RegisterTrial() {
    }

    /**
     * What an entry shows.
     *
     * @param entries how often the loop has been entered
     * @param since   {@link Runs#now} when it was made
     * @param before  {@link #allocated} before the entry
     * @return {@code entries}, {@link #PASSED} or {@link #FAILED}
     */
    static int outcome(FunctionLists lists, int list, int entries, int since, long before) {
        if (before >= 0 && before == allocated()) {
            return PASSED;
        }
        if (entries < ENTRIES || Runs.now() - since < MILLISECONDS) {
            return entries;
        }
        lists.withoutRegisters(list);
        return FAILED;
    }

    /** Bytes that the thread has allocated so far, or −1 if the JVM does not tell. */
    static long allocated() {
        if (threads == null && ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean) {
            threads = bean;
        }
        return threads == null ? -1 : threads.getCurrentThreadAllocatedBytes();
    }
}
