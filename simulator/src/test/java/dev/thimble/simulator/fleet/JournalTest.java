package dev.thimble.simulator.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.cli.Thimble;
import dev.thimble.agent.operator.Keys;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.simulator.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code thimble rollout --journal}, killed between its stages and begun again. */
@Timeout(90)
class JournalTest {
    private static final String ROOT = "journal/1";

    @TempDir Path folder;

    @Test
    void aKilledRolloutGoesOnWhereItWas() throws Exception {
        Keys keys = Keys.generate(true);
        keys.write(folder.resolve("keys"));
        SignedModule release = FleetModule.release(1, 2000, 1, keys.release());
        Path file = Files.write(folder.resolve("release.thimble"), release.encode());
        Path journal = folder.resolve("r.jsonl");
        try (TestBroker broker = TestBroker.start(); FleetObserver observer = new FleetObserver(broker.url(), ROOT);
            SimulatedFleet fleet = new SimulatedFleet(broker.url(), ROOT, 3, 0, folder.resolve("flash"), keys.trusted())) {
            fleet.start();
            assertTrue(observer.await(Duration.ofSeconds(20), () -> observer.online() == 3));
            List<String> typed = List.of("rollout", file.toString(), "--all", "--stages", "1", "--soak", "4s", "--broker", broker.url(),
                "--root", ROOT, "--key", folder.resolve("keys").resolve(Keys.DIRECTOR).toString(), "--journal", journal.toString());
            List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-cp",
                System.getProperty("java.class.path"), "dev.thimble.simulator.Main"));
            command.addAll(typed);
            Process operator = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
            while (committed(journal) == 0) {
                assertTrue(operator.isAlive(), () -> "the rollout ended: " + folder.resolve("out"));
                TimeUnit.MILLISECONDS.sleep(20);
            }
            operator.destroyForcibly().waitFor();
            assertEquals(1, committed(journal), "it was killed while the first stage rested");
            Files.writeString(journal, "{\"event\":\"commit", StandardOpenOption.APPEND);

            assertEquals(0, Thimble.commandLine().execute(typed.toArray(String[]::new)));
            assertTrue(observer.await(Duration.ofSeconds(10), () -> observer.committed(release.digest()) == 3));
            assertEquals(3, committed(journal), Files.readString(journal));
            assertEquals(1, Files.readAllLines(journal).stream().filter(line -> line.contains("\"began\"")).count(), "it was not begun anew");
            assertEquals(0, Thimble.commandLine().execute(typed.toArray(String[]::new)), "one that is done says so again");
        }
    }

    private static long committed(Path journal) throws IOException {
        return Files.exists(journal) ? Files.readAllLines(journal).stream().filter(line -> line.contains("\"committed\"")).count() : 0;
    }
}
