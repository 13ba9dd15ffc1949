package dev.thimble.wasm.execute;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Finds out whether the JVM makes machine registers of a loop's {@link Registers}. It does as soon as C2 has compiled the loop with
 * every node inlined, which depends on what else has run, and on flags. Until then each entry allocates them; a loop that still does
 * so after thousands of entries and some seconds goes back to the frame. Threads may share one: counts that get lost do no harm.
 */
final class RegisterTrial {
    /** Every so many entries one is measured. */
    private static final int EVERY = 256;
    /** What a compiler may need, at least. */
    private static final int ENTRIES = 20_000;
    private static final long NANOSECONDS = 5_000_000_000L;

    /** Kept, since asking for it allocates; not loaded before a loop needs it. */
    private static ThreadMXBean threads;

    private final FunctionLists lists;
    private final int list;
    private final long since = System.nanoTime();
    private int entries;
    /** Whether nothing more is to be found out: an entry has allocated nothing. */
    boolean passed;
    private boolean failed;

    RegisterTrial(FunctionLists lists, int list) {
        this.lists = lists;
        this.list = list;
    }

    /** What the loop has become instead, or null. */
    Stmt instead() {
        return failed ? lists.anchored(list) : null;
    }

    /** Counts an entry, and tells whether it is to be measured. */
    boolean isDue() {
        return (++entries & EVERY - 1) == 0 && !failed;
    }

    /** Takes what {@link #allocated} was before and after an entry. */
    void measured(long before, long after) {
        passed = before == after && before >= 0;
        if (!passed && entries >= ENTRIES && System.nanoTime() - since >= NANOSECONDS) {
            failed = true;
            lists.withoutRegisters(list);
        }
    }

    /** Bytes that the thread has allocated so far, or −1 if the JVM does not tell. */
    static long allocated() {
        if (threads == null && ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean) {
            threads = bean;
        }
        return threads == null ? -1 : threads.getCurrentThreadAllocatedBytes();
    }
}
