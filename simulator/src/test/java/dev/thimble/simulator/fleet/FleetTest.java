package dev.thimble.simulator.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.Json;
import dev.thimble.simulator.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** {@code thimble fleet} with fewer devices: whole agents, an operator in another process, a broker that is not ours. */
class FleetTest {
    private static final String DEVICES = System.getProperty("thimble.fleet.devices", "50");

    @Test
    @Timeout(500)
    void everyDeviceCommitsTheUpdateAlsoWithAFault() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        int exit;
        try (TestBroker broker = TestBroker.start()) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            exit = new CommandLine(new FleetCommand()).execute("--json", "--devices", DEVICES, "--faulty", "6", "--probation", "5",
                "--broker", broker.url());
        } finally {
            System.setOut(before);
        }
        List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(0, exit, String.join("\n", lines));
        Map<?, ?> update = Json.parse(lines.getLast(), Map.class);
        assertEquals("update", update.get("step"));
        assertEquals(Double.valueOf(DEVICES), update.get("committed"));
        Map<?, ?> operator = Json.parse(update.get("text").toString(), Map.class);
        assertTrue((Double) operator.get("broadcasts") >= 20, "the update was broadcast: " + operator);
        System.out.println("fleet: " + lines.getLast());
    }
}
