package dev.thimble.agent;

import dev.thimble.agent.cell.Incident;
import dev.thimble.agent.port.LogRing;
import java.util.List;
import java.util.Map;

/** What a device answers to an operator, as JSON. */
public final class Answers {
    private Answers() {}

    /** Answer to pause, resume and cancel, and to what cannot be done. */
    public record Done(boolean ok, String text) {}

    /** Answer to {@code logs}. */
    public record Logs(String device, Map<String, List<LogRing.Line>> modules) {}

    /** One line of the audit log. */
    public record Audit(long number, long seconds, String module, String what) {}

    /** A module as its cell sees it. */
    public record CellView(String version, boolean running, long undelivered, Map<String, Long> metrics, List<Incident> incidents) {}

    /** A module as the updater sees it. */
    public record ModuleView(String name, String phase, String running, long sequence, String previous, String error, String text,
                      CellView cell) {}

    /** Answer to {@code why}. */
    public record Why(String device, long generation, String refusal, boolean paused, List<ModuleView> modules, List<Audit> audit) {}
}
