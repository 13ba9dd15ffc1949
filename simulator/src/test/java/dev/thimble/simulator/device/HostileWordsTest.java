package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.Answers;
import dev.thimble.agent.Json;
import dev.thimble.agent.cell.Incident;
import dev.thimble.agent.cli.Thimble;
import dev.thimble.agent.port.LogRing;
import dev.thimble.agent.port.Topics;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.paho.PahoLink;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.trust.Envelope;
import dev.thimble.ota.trust.Trust;
import dev.thimble.simulator.TestBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device all of whose words would clear the operator's terminal, rename its window or go back over its lines. */
@Timeout(60)
class HostileWordsTest {
    private static final String WORDS = "gone\u001b[2J\u001b]0;owned\u0007\r\u009b31m\b end";
    private static final String SHOWN = "gone\ufffd[2J\ufffd]0;owned\ufffd\ufffd\ufffd31m\ufffd end";
    private static final Digest NEW = Digest.ofContent(new byte[] {1});
    private static final Digest OLD = Digest.ofContent(new byte[] {2});
    private static final Topics TOPICS = new Topics("thimble/1", "evil");

    @TempDir
    Path folder;

    private TestBroker broker;
    private MqttLink device;

    @BeforeEach
    void connect() throws Exception {
        broker = TestBroker.start();
        device = PahoLink.create(LinkOptions.builder(broker.url(), "evil").build());
        device.subscribe(TOPICS.command("+"), 1, this::answer);
        device.subscribe(TOPICS.desired(), 1, this::refuse);
        device.start();
        while (device.state() != LinkState.ONLINE) {
            Thread.sleep(10);
        }
        publish(TOPICS.online(), WORDS.getBytes(StandardCharsets.UTF_8), true);
        report(1, Phase.IDLE, null, null);
    }

    @AfterEach
    void disconnect() throws Exception {
        device.close();
        broker.close();
    }

    private void publish(String topic, byte[] payload, boolean retained) {
        assertTrue(device.publish(topic, payload, 1, retained).queued());
    }

    private void report(long generation, Phase phase, Digest wanted, ErrorClass error) {
        publish(TOPICS.reported(), new Reported("evil", generation, false, WORDS,
            List.of(new Reported.Module("m", NEW, 5, phase, wanted, 0, error, WORDS, 0))).encode(), true);
    }

    private void answer(ReceivedMessage request) {
        Incident incident = new Incident(5, WORDS, WORDS, WORDS, WORDS, WORDS, List.of(WORDS), List.of(WORDS), -1);
        Answers.CellView cell = new Answers.CellView(WORDS, true, 2, Map.of(WORDS, 4L), List.of(incident));
        Object answer = switch (request.topic().substring(request.topic().lastIndexOf('/') + 1)) {
            case "why" -> new Answers.Why(WORDS, 3, WORDS, true, List.of(new Answers.ModuleView("m", WORDS, WORDS, 2, OLD.toString(), WORDS, WORDS, cell)),
                List.of(new Answers.Audit(1, 2, WORDS, WORDS)));
            case "logs" -> new Answers.Logs(WORDS, Map.of(WORDS, List.of(new LogRing.Line(1, WORDS, WORDS))));
            default -> new Answers.Done(false, WORDS);
        };
        publish(request.responseTopic(), Json.of(answer).getBytes(StandardCharsets.UTF_8), false);
    }

    private void refuse(ReceivedMessage assignment) {
        try {
            Desired desired = Desired.decode(Envelope.parse(assignment.payload(), "desired", Trust.MAX_DESIRED).payload());
            report(desired.generation(), Phase.QUARANTINED, OLD, ErrorClass.PERMANENT);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything that a command writes to standard output and standard error, its exit code first. */
    private List<String> thimble(int code, String... arguments) {
        List<String> command = new ArrayList<>(List.of(arguments));
        if (!arguments[0].equals("keygen")) {
            command.addAll(List.of("--broker", broker.url()));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream outBefore = System.out;
        PrintStream errBefore = System.err;
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            String[] line = command.toArray(String[]::new);
            int ended = Thimble.commandLine(Map.of(), line).execute(line);
            assertEquals(code, ended, () -> out + "\n" + err);
        } finally {
            System.setOut(outBefore);
            System.setErr(errBefore);
        }
        List<String> texts = List.of(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        for (String text : texts) {
            assertTrue(text.chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)), () -> command + " wrote " + Json.of(text));
        }
        return texts;
    }

    @Test
    void noneOfThemReachesTheTerminal() {
        thimble(0, "keygen", folder.toString());
        String key = folder.resolve("director.key").toString();
        assertTrue(thimble(0, "status", "evil").get(0).contains(SHOWN));
        assertTrue(thimble(0, "status", "evil", "--json").get(0).contains("gone\\u001b[2J"), "JSON is for programs and says what there is");
        assertTrue(thimble(0, "why", "evil").get(0).contains(SHOWN));
        assertTrue(thimble(0, "logs", "evil").get(0).contains(SHOWN));
        assertTrue(thimble(1, "record", "evil", "m", "-o", folder.resolve("r").toString()).get(1).contains(SHOWN), "a refusal");
        List<String> back = thimble(1, "rollback", "evil", "m", "--key", key);
        assertTrue(back.get(0).contains(SHOWN), back::toString);
        thimble(1, "rollback", "evil", "m", "--key", key, "--json");
    }
}
