package dev.thimble.agent.cli;

import com.google.gson.JsonSyntaxException;
import dev.thimble.agent.Json;
import dev.thimble.agent.operator.rollout.Event;
import dev.thimble.agent.operator.rollout.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A rollout as a file: its plan in the first line, then one event a line, so that it can go on after an interruption. */
final class Journal {
    /** Far more than a rollout over 100,000 devices writes. */
    private static final int MAX_BYTES = 64 << 20;

    private record Head(String release, List<String> devices, List<Integer> stages, long soakMillis, long deadlineMillis, int maxFailures) {}

    private record Line(String event, long at, String device, String text) {}

    /** @param events so far; none for a rollout that has not begun */
    record Kept(String release, Plan plan, List<Event> events) {}

    private final Path file;

    Journal(Path file) {
        this.file = file;
    }

    /**
     * What the file holds, or null when there is none or it is empty. A last line without its end is an event that did not take
     * effect: it is cut off, so that the next one has a line of its own.
     *
     * @throws CommandException naming file and line when this is no journal; the file then stays as it is
     */
    Kept read() throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return null;
        }
        if (Files.size(file) > MAX_BYTES) {
            throw broken(1, "more than " + MAX_BYTES + " bytes");
        }
        byte[] bytes = Files.readAllBytes(file);
        int whole = bytes.length;
        while (whole > 0 && bytes[whole - 1] != '\n') {
            whole--;
        }
        List<String> lines = new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty()) {
            throw broken(1, "the plan is cut off; when this was a journal, nothing was assigned yet: remove it to begin");
        }
        Head head = line(1, lines, Head.class);
        Plan plan;
        try {
            plan = new Plan(head.devices, head.stages, Duration.ofMillis(head.soakMillis), Duration.ofMillis(head.deadlineMillis), head.maxFailures);
        } catch (IllegalArgumentException | NullPointerException e) {
            throw broken(1, e instanceof NullPointerException ? "the plan has gaps" : e.getMessage());
        }
        if (head.release == null) {
            throw broken(1, "the plan names no release");
        }
        Set<String> devices = Set.copyOf(plan.devices());
        List<Event> events = new ArrayList<>();
        for (int number = 2; number <= lines.size(); number++) {
            Event event = event(number, line(number, lines, Line.class));
            String device = event instanceof Event.Committed c ? c.device() : event instanceof Event.Failed f ? f.device() : null;
            if (device != null && !devices.contains(device)) {
                throw broken(number, device + " is not in the plan");
            }
            events.add(event);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(whole);
        }
        return new Kept(head.release, plan, events);
    }

    private <T> T line(int number, List<String> lines, Class<T> type) {
        try {
            return Objects.requireNonNull(Json.parse(lines.get(number - 1), type));
        } catch (JsonSyntaxException | NullPointerException e) {
            throw broken(number, "not a JSON object with the fields of a " + (number == 1 ? "plan" : "rollout's event"));
        }
    }

    private CommandException broken(int line, String what) {
        return new CommandException(ExitCode.FAILED, file + ", line " + line + ": this is no journal of a rollout: " + what);
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

    private Event event(int number, Line line) {
        String device = Objects.requireNonNullElse(line.device, "");
        return switch (Objects.requireNonNullElse(line.event, "")) {
            case "began" -> new Event.Began(line.at);
            case "passed" -> new Event.Passed(line.at);
            case "committed" -> new Event.Committed(line.at, device);
            case "failed" -> new Event.Failed(line.at, device, Objects.requireNonNullElse(line.text, ""));
            case "paused" -> new Event.Paused(line.at);
            case "resumed" -> new Event.Resumed(line.at);
            case "cancelled" -> new Event.Cancelled(line.at);
            default -> throw broken(number, "unknown event '" + line.event + "'");
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
