package dev.thimble.agent.cell;

import dev.thimble.hal.host.EventKind;
import java.util.ArrayList;
import java.util.List;

/** The last events that an instance was given. Recording allocates nothing. */
final class EventTrail {
    static final int TICK = 0;
    private static final int CAPACITY = 16;

    private final int[] kinds = new int[CAPACITY];
    private final int[] handles = new int[CAPACITY];
    private final long[] values = new long[CAPACITY];
    private final long[] nanos = new long[CAPACITY];
    private long total;

    void record(int kind, int handle, long value, long at) {
        int slot = (int) (total++ % CAPACITY);
        kinds[slot] = kind;
        handles[slot] = handle;
        values[slot] = value;
        nanos[slot] = at;
    }

    void clear() {
        total = 0;
    }

    /** Oldest first, each with its age at {@code now}. */
    List<String> describe(long now) {
        List<String> lines = new ArrayList<>();
        for (long i = Math.max(0, total - CAPACITY); i < total; i++) {
            int slot = (int) (i % CAPACITY);
            String what = switch (kinds[slot]) {
                case TICK -> "tick " + values[slot];
                case EventKind.GPIO_EDGE -> "edge " + (values[slot] == 1 ? "rising" : "falling") + " on handle " + handles[slot];
                case EventKind.TIMER -> "timer " + handles[slot];
                case EventKind.UART -> "uart " + values[slot] + " bytes on handle " + handles[slot];
                case EventKind.LINK_STATE -> "link " + (values[slot] == 1 ? "up" : "down");
                case EventKind.EVENTS_LOST -> values[slot] + " events lost";
                case EventKind.MESSAGE -> "message of " + values[slot] + " bytes for subscription " + handles[slot];
                default -> "event " + kinds[slot];
            };
            lines.add("-" + (now - nanos[slot]) / 1_000_000 + " ms " + what);
        }
        return lines;
    }
}
