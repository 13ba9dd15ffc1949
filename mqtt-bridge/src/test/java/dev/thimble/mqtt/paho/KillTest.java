package dev.thimble.mqtt.paho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.broker.Moquette;
import dev.thimble.mqtt.broker.TestBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, really killed. */
class KillTest {

    private static final int ROUNDS = 10;

    @TempDir
    Path directory;

    @Test
    void everyMessageAcceptedBeforeKill9ArrivesInOrder() throws Exception {
        Random random = new Random(42);
        int accepted = 0;
        try (TestBroker broker = new Moquette();
                LinkProbe observer = LinkProbe.online(LinkProbe.options(broker.url(), "observer"), "numbers")) {
            for (int round = 0; round < ROUNDS; round++) {
                // In every third round the broker is out of reach, so that much is queued when the kill comes.
                String url = round % 3 == 2 ? "tcp://127.0.0.1:" + TestBroker.freePort() : broker.url();
                accepted = runAndKill(url, accepted, 50 + random.nextInt(600));
            }
            try (LinkProbe last = LinkProbe.online(LinkProbe.options(broker.url(), "killed")
                    .outbox(KilledPublisher.outbox(directory)))) {
                last.await(() -> last.link.statistics().lanes().getFirst().queued() == 0, "an empty outbox");
            }
            check(observer, accepted);
        }
    }

    /** Runs a publisher until it has accepted some hundred messages, kills it, and gives the next number. */
    private int runAndKill(String url, int from, int count) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
                KilledPublisher.class.getName(), url, directory.toString(), Integer.toString(from))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        int next = from;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
            String line = lines.readLine();
            while (line != null && next < from + count) {
                next = Integer.parseInt(line) + 1;
                line = lines.readLine();
            }
            // Not Process.destroyForcibly(): that would also close the pipe with the last lines.
            process.toHandle().destroyForcibly();
            while (line != null) {
                next = Integer.parseInt(line) + 1;
                line = lines.readLine();
            }
        }
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(128 + 9, process.exitValue(), "it must have died of SIGKILL");
        return next;
    }

    private static void check(LinkProbe observer, int accepted) throws InterruptedException {
        BitSet seen = new BitSet();
        int duplicates = 0;
        int highest = -1;
        while (seen.cardinality() < accepted) {
            ReceivedMessage message = observer.received.poll(5, TimeUnit.SECONDS);
            assertTrue(message != null, "lost: " + seen.nextClearBit(0) + " of " + accepted);
            int number = Integer.parseInt(LinkProbe.text(message));
            if (seen.get(number)) {
                duplicates++;
            } else {
                assertTrue(number > highest, number + " came first after " + highest);
                highest = number;
                seen.set(number);
            }
        }
        System.out.printf("kill -9: %d processes killed, %d messages accepted, 0 lost, %d sent twice%n", ROUNDS,
                accepted, duplicates);
        assertTrue(accepted > ROUNDS * 50, "the processes did too little: " + accepted);
    }
}
