package dev.thimble.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.Answers;
import dev.thimble.agent.Json;
import dev.thimble.agent.cell.Incident;
import dev.thimble.agent.port.LogRing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Changed answers of a device at the commands that read them: an answer is refused in words, or it can be printed, with
 * nothing in it that commands a terminal, and reads the same when it is written again. Answers get a fifth of
 * {@code -Dthimble.fuzz.seconds}; inputs that once broke something lie in {@code fuzz/answers.txt}.
 */
class AnswersFuzzTest {
    private static final double SECONDS = Double.parseDouble(System.getProperty("thimble.fuzz.seconds", "20")) / 5;
    private static final String[] PIECES = {"null", "{}", "[]", "\"\"", "-1", "9223372036854775807", "1e400", "NaN", "true", "[[[[", "{\"a\":", "\\u001b[2J",
        "\u001b]0;x\u0007", "\u009b", "\ud83d", "\0", ",", ":", "\"", "}", "]", "\n"};
    private final Console console = new Console();

    @Test
    void anAnswerIsRefusedInWordsOrCanBePrinted() throws IOException {
        Incident incident = new Incident(5, "m", "1.0.0", "unreachable", "thimble_tick", "f+3", List.of("f", "g"), List.of("tick"), -1);
        Answers.CellView cell = new Answers.CellView("1.0.0", true, 2, Map.of("x", 4L), List.of(incident));
        List<String> corpus = new ArrayList<>(List.of(
            Json.of(new Answers.Why("d", 3, "no", true, List.of(new Answers.ModuleView("m", "IDLE", "", 2, "ab", "TRAP", "line\nline", cell),
                new Answers.ModuleView("n", "IDLE", "", 0, "", "", "", null)), List.of(new Answers.Audit(1, 2, "m", "swapped")))),
            Json.of(new Answers.Logs("d", Map.of("m", List.of(new LogRing.Line(1, "INFO", "hello"))))),
            Json.of(new Answers.Done(false, "a retained command is refused"))));
        assertTrue(accepted(corpus.get(0)) && accepted(corpus.get(1)));
        assertEquals("d refuses: a retained command is refused", refusal(corpus.get(2)));
        try (InputStream in = AnswersFuzzTest.class.getResourceAsStream("/dev/thimble/agent/fuzz/answers.txt")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(kept -> {
                assertFalse(accepted(kept), kept);
                corpus.add(kept);
            });
        }
        Random random = new Random(Long.getLong("thimble.fuzz.seed", 1));
        long runs = 0;
        long accepted = 0;
        for (long end = System.nanoTime() + (long) (SECONDS * 1e9); System.nanoTime() < end; runs++) {
            String input = mutate(corpus.get(random.nextInt(corpus.size())), corpus, random);
            try {
                accepted += accepted(input) ? 1 : 0;
            } catch (RuntimeException e) {
                throw new AssertionError("broke on " + input, e);
            }
        }
        System.out.printf("fuzz answers: %,d inputs, %,d were accepted%n", runs, accepted);
        assertTrue(accepted > 10 && runs > 2 * accepted, "the changes are too wild or too tame");
    }

    private boolean accepted(String input) {
        boolean why = false;
        try {
            Answers.Why answer = Answers.read("d", input, Answers.Why.class);
            why = true;
            checkPrintable(WhyCommand.text(answer, console), input);
            assertEquals(answer, Answers.read("d", Json.of(answer), Answers.Why.class), input);
        } catch (IllegalArgumentException e) {
            assertFalse(why, input);
            checkPrintable(e.getMessage(), input);
        }
        return why | logs(input);
    }

    private static boolean logs(String input) {
        boolean read = false;
        try {
            Answers.Logs answer = Answers.read("d", input, Answers.Logs.class);
            read = true;
            LogsCommand.lines(answer).forEach(line -> checkPrintable(line.text(), input));
            assertEquals(answer, Answers.read("d", Json.of(answer), Answers.Logs.class), input);
        } catch (IllegalArgumentException e) {
            assertFalse(read, input);
        }
        return read;
    }

    private static String refusal(String input) {
        try {
            return Answers.read("d", input, Answers.Why.class).toString();
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private static void checkPrintable(String answer, String input) {
        String text = Console.printable(answer);
        assertTrue(text.chars().noneMatch(c -> c != '\n' && c != '\t' && Character.isISOControl(c)), () -> "a control character of " + input + " in " + text);
    }

    private static String mutate(String input, List<String> corpus, Random random) {
        StringBuilder changed = new StringBuilder(input);
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = random.nextInt(changed.length() + 1);
            int end = Math.min(changed.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> changed.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 1 -> changed.delete(at, end);
                case 2 -> changed.setLength(at);
                case 3 -> changed.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
                case 4 -> {
                    String other = corpus.get(random.nextInt(corpus.size()));
                    int from = random.nextInt(other.length());
                    changed.insert(at, other, from, Math.min(other.length(), from + random.nextInt(40)));
                }
                default -> {
                    if (at < changed.length()) {
                        changed.setCharAt(at, (char) (changed.charAt(at) ^ 1 << random.nextInt(7)));
                    }
                }
            }
        }
        return changed.toString();
    }
}
