package dev.thimble.agent;

import com.google.gson.Gson;
import dev.thimble.agent.cell.Incident;
import dev.thimble.agent.port.LogRing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a device answers to an operator, as JSON. Of all parts only {@link ModuleView#cell} may be missing; the constructors
 * see to that, so that a command can print what it has read.
 */
public final class Answers {
    private static final int SHOWN = 80;
    private static final Gson READER = new Gson();

    private Answers() {}

    /**
     * Reads what a device answered.
     *
     * @throws IllegalArgumentException in the device's own words when it refused, else with the beginning of what is no answer
     */
    public static <T> T read(String device, String json, Class<T> type) {
        T answer = parse(json, type);
        if (answer == null) {
            Done refusal = parse(json, Done.class);
            throw new IllegalArgumentException(refusal != null ? device + " refuses: " + refusal.text
                : device + " sent something else than an answer: " + json.substring(0, Math.min(SHOWN, json.length())));
        }
        return answer;
    }

    private static <T> T parse(String json, Class<T> type) {
        try {
            return READER.fromJson(json, type);
        } catch (RuntimeException e) {
            // Not only JsonParseException: what a record's constructor throws comes wrapped into a bare RuntimeException.
            return null;
        }
    }

    /** Answer to pause, resume and cancel, and to what cannot be done. */
    public record Done(boolean ok, String text) {
        public Done {
            Objects.requireNonNull(text);
        }
    }

    /** Answer to {@code logs}. */
    public record Logs(String device, Map<String, List<LogRing.Line>> modules) {
        public Logs {
            Objects.requireNonNull(device);
            modules.values().forEach(lines -> lines.forEach(line -> List.of(line.level(), line.text())));
        }
    }

    /**
     * Answer to {@code recording} and {@code record-stop}.
     *
     * @param id tells recordings apart; 0 for none
     * @param end why it has ended; empty while it runs
     * @param maxBytes that one may take on this device, 0 when it makes none
     * @param piece bytes from the offset asked for on, in Base64; empty at the end
     */
    public record Recorded(String device, String module, long id, boolean running, String end, long events, long bytes, long maxBytes, String piece) {
        public Recorded {
            List.of(device, module, end, piece);
        }
    }

    /** One line of the audit log. */
    public record Audit(long number, long seconds, String module, String what) {
        public Audit {
            List.of(module, what, Instant.ofEpochSecond(seconds));
        }
    }

    /** A module as its cell sees it. */
    public record CellView(String version, boolean running, long undelivered, Map<String, Long> metrics, List<Incident> incidents) {
        public CellView {
            Objects.requireNonNull(version);
            List.copyOf(metrics.values());
            incidents.forEach(i -> List.of(i.module(), i.version(), i.kind(), i.during(), i.where()));
        }
    }

    /** A module as the updater sees it. */
    public record ModuleView(String name, String phase, String running, long sequence, String previous, String error, String text,
                      CellView cell) {
        public ModuleView {
            List.of(name, phase, running, previous, error, text);
        }
    }

    /** Answer to {@code why}. */
    public record Why(String device, long generation, String refusal, boolean paused, List<ModuleView> modules, List<Audit> audit) {
        public Why {
            List.of(device, refusal);
            modules = List.copyOf(modules);
            audit = List.copyOf(audit);
        }
    }
}
