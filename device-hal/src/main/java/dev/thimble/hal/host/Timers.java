package dev.thimble.hal.host;

import dev.thimble.hal.board.Errno;

/** The timers of one instance. Used on the cell's thread only. */
final class Timers {
    static final int MAX = 32;
    private final int[] ids = new int[MAX];
    private final long[] deadlines = new long[MAX];
    private final long[] periods = new long[MAX];
    private int count;

    /** Starts or restarts. @return OK, or QUOTA when {@value #MAX} run already */
    int start(int id, long now, long nanos, boolean repeat) {
        int at = find(id);
        if (at == count) {
            if (count == MAX) {
                return Errno.QUOTA;
            }
            ids[count++] = id;
        }
        deadlines[at] = now + nanos;
        periods[at] = repeat ? nanos : 0;
        return Errno.OK;
    }

    int cancel(int id) {
        int at = find(id);
        if (at == count) {
            return Errno.NOT_FOUND;
        }
        remove(at);
        return Errno.OK;
    }

    /** When the next one ends, or {@link Long#MAX_VALUE}. */
    long next() {
        int at = earliest();
        return at < 0 ? Long.MAX_VALUE : deadlines[at];
    }

    private int earliest() {
        int earliest = count - 1;
        for (int i = count - 2; i >= 0; i--) {
            if (deadlines[i] < deadlines[earliest]) {
                earliest = i;
            }
        }
        return earliest;
    }

    /** Puts an event for each timer that has ended, in order. A repeating one that is late does not catch up: its event counts the periods. */
    void expire(long now, Inbox inbox) {
        for (int i = earliest(); i >= 0 && deadlines[i] <= now; i = earliest()) {
            long periodsOver = 1;
            long stamp = deadlines[i];
            int id = ids[i];
            if (periods[i] == 0) {
                remove(i);
            } else {
                periodsOver += (now - deadlines[i]) / periods[i];
                deadlines[i] += periodsOver * periods[i];
            }
            inbox.event(EventKind.TIMER, id, (int) Math.min(Integer.MAX_VALUE, periodsOver), stamp);
        }
    }

    void clear() {
        count = 0;
    }

    private void remove(int at) {
        count--;
        ids[at] = ids[count];
        deadlines[at] = deadlines[count];
        periods[at] = periods[count];
    }

    private int find(int id) {
        int at = 0;
        while (at < count && ids[at] != id) {
            at++;
        }
        return at;
    }
}
