package dev.thimble.agent.cli;

import com.google.gson.JsonSyntaxException;
import dev.thimble.agent.Json;
import dev.thimble.agent.operator.rollout.Event;
import dev.thimble.agent.operator.rollout.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A rollout as a file: its plan in the first line, then one event a line, so that it can go on after an interruption. */
final class Journal {
    private record Head(String release, List<String> devices, List<Integer> stages, long soakMillis, long deadlineMillis, int maxFailures) {}

    private record Line(String event, long at, String device, String text) {}

    /** @param events so far; none for a rollout that has not begun */
    record Kept(String release, Plan plan, List<Event> events) {}

    private final Path file;

    Journal(Path file) {
        this.file = file;
    }

    /** What the file holds, or null when there is none. */
    Kept read() throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        List<String> lines = Files.readAllLines(file);
        try {
            Head head = Json.parse(lines.getFirst(), Head.class);
            List<Event> events = new ArrayList<>();
            // A last line that was cut off is an event that did not take effect.
            for (String line : lines.subList(1, lines.size())) {
                if (line.endsWith("}")) {
                    events.add(event(Json.parse(line, Line.class)));
                }
            }
            return new Kept(head.release, new Plan(head.devices, head.stages, Duration.ofMillis(head.soakMillis),
                Duration.ofMillis(head.deadlineMillis), head.maxFailures), events);
        } catch (JsonSyntaxException | IllegalArgumentException | NullPointerException | java.util.NoSuchElementException e) {
            throw new CommandException(ExitCode.FAILED, file + ": this is no journal of a rollout: " + e.getMessage());
        }
    }

    void begin(String release, Plan plan) {
        append(Json.of(new Head(release, plan.devices(), plan.stages(), plan.soak().toMillis(), plan.deadline().toMillis(), plan.maxFailures())));
    }

    void add(Event event) {
        append(Json.of(switch (event) {
            case Event.Committed e -> new Line("committed", e.at(), e.device(), "");
            case Event.Failed e -> new Line("failed", e.at(), e.device(), e.text());
            default -> new Line(name(event), event.at(), "", "");
        }));
    }

    static String name(Event event) {
        return event.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    private static Event event(Line line) {
        return switch (line.event) {
            case "began" -> new Event.Began(line.at);
            case "passed" -> new Event.Passed(line.at);
            case "committed" -> new Event.Committed(line.at, line.device);
            case "failed" -> new Event.Failed(line.at, line.device, line.text);
            case "paused" -> new Event.Paused(line.at);
            case "resumed" -> new Event.Resumed(line.at);
            case "cancelled" -> new Event.Cancelled(line.at);
            default -> throw new IllegalArgumentException("unknown event '" + line.event + "'");
        };
    }

    private void append(String line) {
        try {
            Files.writeString(file, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
