package dev.thimble.simulator.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedded broker with mosquitto's command line clients, in the versions of MQTT that they speak. */
class MosquittoClientsTest {

    private EmbeddedBroker broker;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void start() {
        if (!Files.isExecutable(Path.of("/usr/bin/mosquitto_sub"))) {
            System.err.println("SKIPPED: mosquitto_sub is not installed (Debian: apt-get install mosquitto-clients)");
            abort("mosquitto_sub is not installed");
        }
        broker = EmbeddedBroker.start(0);
    }

    @AfterEach
    void stop() {
        processes.forEach(process -> process.toHandle().destroyForcibly());
        if (broker != null) {
            broker.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "311"})
    void retainedMessagesAndOrder(String version) throws Exception {
        publish(version, "-t", "plant/online", "-m", "online", "-q", "1", "-r");
        Process subscriber = subscribe(version, "-t", "plant/#", "-q", "1", "-v", "-C", "21");
        for (int i = 0; i < 20; i++) {
            publish(version, "-t", "plant/n", "-m", "m" + i, "-q", "1");
        }
        List<String> lines = messages(subscriber);
        assertEquals("plant/online online", lines.getFirst());
        for (int i = 0; i < 20; i++) {
            assertEquals("plant/n m" + i, lines.get(i + 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "311"})
    void wills(String version) throws Exception {
        Process watcher = subscribe(version, "-t", "d/1/online", "-C", "1");
        Process device = subscribe(version, "-i", "device", "-t", "nothing", "--will-topic", "d/1/online",
                "--will-payload", "offline", "--will-qos", "1", "--will-retain");
        device.toHandle().destroyForcibly();
        assertEquals(List.of("offline"), messages(watcher));
        assertEquals(List.of("offline"), output(run("mosquitto_sub", version, "-t", "d/1/online", "-C", "1")),
                "the will was to be retained");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "311"})
    void aPersistentSessionQueues(String version) throws Exception {
        String[] session = version.equals("5") ? new String[] {"-x", "3600"} : new String[0];
        List<String> subscribe = new ArrayList<>(List.of("-i", "keeper", "-c", "-q", "1", "-t", "q/#"));
        subscribe.addAll(List.of(session));
        List<String> once = new ArrayList<>(subscribe);
        once.add("-E");
        output(run("mosquitto_sub", version, once.toArray(String[]::new)));
        for (int i = 0; i < 10; i++) {
            publish(version, "-t", "q/x", "-m", "m" + i, "-q", "1");
        }
        subscribe.addAll(List.of("-C", "10"));
        List<String> lines = output(run("mosquitto_sub", version, subscribe.toArray(String[]::new)));
        for (int i = 0; i < 10; i++) {
            assertEquals("m" + i, lines.get(i));
        }
    }

    private void publish(String version, String... arguments) throws Exception {
        output(run("mosquitto_pub", version, arguments));
    }

    private Process run(String program, String version, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("stdbuf", "-oL", "/usr/bin/" + program, "-h", "127.0.0.1", "-p",
                Integer.toString(broker.port()), "-V", version.equals("5") ? "mqttv5" : "mqttv311"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        return process;
    }

    /** Starts a subscriber that prints what it does line by line, and waits until the broker has confirmed. */
    private Process subscribe(String version, String... arguments) throws Exception {
        List<String> debug = new ArrayList<>(List.of("-d"));
        debug.addAll(List.of(arguments));
        Process process = run("mosquitto_sub", version, debug.toArray(String[]::new));
        BufferedReader lines = process.inputReader();
        String line = lines.readLine();
        while (!line.startsWith("Subscribed")) {
            line = lines.readLine();
            assertNotNull(line, "the subscriber ended");
        }
        return process;
    }

    /** What a subscriber printed, without its reports of packets. */
    private static List<String> messages(Process subscriber) throws Exception {
        return output(subscriber).stream().filter(line -> !line.startsWith("Client ")).toList();
    }

    private static List<String> output(Process process) throws Exception {
        boolean ended = process.waitFor(20, TimeUnit.SECONDS);
        if (!ended) {
            process.toHandle().destroyForcibly();
        }
        List<String> lines = process.inputReader().lines().toList();
        assertTrue(ended, "still running after 20 s: " + lines);
        assertEquals(0, process.exitValue(), lines.toString());
        return lines;
    }
}
