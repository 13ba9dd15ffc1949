package dev.thimble.agent.cell;

import java.util.List;

/**
 * One failure of a module: what it was doing, where it was, and what came before.
 *
 * @param millis when, since the epoch
 * @param module name of the cell
 * @param version of the release that failed
 * @param kind trap kind in the specification's words, or the error's class
 * @param during the export that was being called, for example {@code thimble_tick}
 * @param where function and offset in the binary, as far as they are known
 * @param trace the functions that were running, innermost first, as far as they are known; the ends of a deep stack
 * @param events what was delivered before, oldest first
 * @param restartMillis back-off before the next start; −1 when none is planned
 */
public record Incident(long millis, String module, String version, String kind, String during, String where,
                       List<String> trace, List<String> events, long restartMillis) {
    public Incident {
        trace = List.copyOf(trace);
        events = List.copyOf(events);
    }

    /** One line for people. */
    public String summary() {
        return version + " failed in " + during + ": " + kind + (where.isEmpty() ? "" : " in " + where);
    }
}
