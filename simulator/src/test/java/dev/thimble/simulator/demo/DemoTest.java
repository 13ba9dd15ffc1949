package dev.thimble.simulator.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.Json;
import dev.thimble.simulator.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The demo as a user runs it, against a broker that is not ours where there is one. */
class DemoTest {
    @Test
    @Timeout(60)
    void everyStepIsSeenOnTheBroker() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        int exit;
        try (TestBroker broker = TestBroker.start()) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            exit = new CommandLine(new DemoCommand()).execute("--json", "--broker", broker.url());
        } finally {
            System.setOut(before);
        }
        List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(0, exit, String.join("\n", lines));
        List<Object> steps = lines.stream().map(line -> Json.parse(line, Map.class).get("step")).toList();
        assertEquals(List.of("broker", "device", "push 1", "readings", "led", "commit 1", "push 2", "state", "commit 2",
            "push 3", "trap", "rollback", "return", "done"), steps);
        assertTrue(lines.stream().allMatch(line -> Boolean.TRUE.equals(Json.parse(line, Map.class).get("seen"))));
    }

    @Test
    @Timeout(20)
    void whatNobodySawDidNotHappen() throws Exception {
        try (TestBroker broker = TestBroker.start(); Observer observer = new Observer(broker.url(), "a/#")) {
            Observer.NotSeenException missed = assertThrows(Observer.NotSeenException.class,
                () -> observer.await(0, "a sign", Duration.ofMillis(200), m -> m.text().equals("sign")));
            assertEquals("not seen within 200 ms: a sign", missed.getMessage());
            observer.clear("a/b");
            observer.await(0, "an empty message", Duration.ofSeconds(5), m -> m.topic().equals("a/b"));
        }
    }
}
