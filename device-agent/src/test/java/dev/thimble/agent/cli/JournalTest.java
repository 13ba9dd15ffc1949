package dev.thimble.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.operator.rollout.Event;
import dev.thimble.agent.operator.rollout.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollout's journal: cut off anywhere, and written by somebody else. */
class JournalTest {
    private static final Plan PLAN = new Plan(List.of("a", "b"), List.of(1, 2), Duration.ofSeconds(1), Duration.ofMinutes(1), 0);
    private static final List<Event> EVENTS = List.of(new Event.Began(1), new Event.Committed(2, "a"), new Event.Failed(3, "b", "why\n\"so\" é"),
        new Event.Paused(4), new Event.Resumed(5), new Event.Passed(6), new Event.Cancelled(7));

    @TempDir Path folder;
    private Path file;
    private byte[] whole;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("r.jsonl");
        Journal journal = new Journal(file);
        assertNull(journal.read());
        journal.begin("r", PLAN);
        EVENTS.forEach(journal::add);
        whole = Files.readAllBytes(file);
    }

    @Test
    void cutOffAnywhereItHoldsItsWholeLinesAndTakesMore() throws IOException {
        assertEquals(new Journal.Kept("r", PLAN, EVENTS), new Journal(file).read());
        String text = new String(whole, StandardCharsets.UTF_8);
        int head = text.indexOf('\n') + 1;
        for (int length = head; length <= whole.length; length++) {
            byte[] rest = Arrays.copyOf(whole, length);
            Files.write(file, rest);
            int lines = (int) new String(rest, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count() - 1;
            assertEquals(EVENTS.subList(0, lines), new Journal(file).read().events(), "cut at " + length);
            new Journal(file).add(new Event.Paused(9));
            List<Event> more = new Journal(file).read().events();
            assertEquals(lines + 1, more.size(), "cut at " + length);
            assertEquals(new Event.Paused(9), more.getLast());
        }
        Files.write(file, new byte[0]);
        assertNull(new Journal(file).read(), "nothing was written yet");
    }

    @Test
    void whatIsNoJournalIsNamedWithItsLineAndLeftAlone() throws IOException {
        String head = new String(whole, StandardCharsets.UTF_8).lines().findFirst().orElseThrow() + "\n";
        refused(1, "cut off", head.substring(0, 40));
        refused(1, "JSON", "# my notes\nfor today");
        refused(1, "JSON", "null\n");
        refused(1, "JSON", "\u0000\u0001\ufffd\n");
        refused(1, "gaps", "{}\n");
        refused(1, "names no release", head.replace("\"release\":\"r\",", ""));
        refused(1, "the last stage", head.replace("[1,2]", "[1]"));
        refused(1, "only once", head.replace("[\"a\",\"b\"]", "[\"a\",\"a\"]"));
        refused(1, "not negative", head.replace("\"soakMillis\":1000", "\"soakMillis\":-1"));
        refused(2, "JSON", head + "{\"event\":\"com\n{\"event\":\"began\",\"at\":1}\n");
        refused(2, "JSON", head + "\n");
        refused(2, "unknown event 'exploded'", head + "{\"event\":\"exploded\",\"at\":1}\n");
        refused(2, "unknown event 'null'", head + "{}\n");
        refused(3, "c is not in the plan", head + "{\"event\":\"began\",\"at\":1}\n{\"event\":\"committed\",\"at\":1,\"device\":\"c\"}\n{\"ev");
    }

    private void refused(int line, String what, String content) throws IOException {
        Files.writeString(file, content);
        CommandException refusal = assertThrows(CommandException.class, () -> new Journal(file).read(), content);
        assertEquals(ExitCode.FAILED, refusal.exitCode());
        assertTrue(refusal.getMessage().startsWith(file + ", line " + line + ": this is no journal of a rollout: "), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(what), refusal.getMessage());
        assertEquals(content, Files.readString(file));
    }
}
