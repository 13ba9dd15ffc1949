package dev.thimble.agent.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Changed topics at everything that reads one, on the device and at the operator. What is read must be what making the topic
 * from it gives again. {@code -Dthimble.fuzz.seconds=600} is the nightly length, of which topics get a twentieth; the corpus
 * lies in {@code fuzz/topics.txt}.
 */
class TopicFuzzTest {
    private static final double SECONDS = Double.parseDouble(System.getProperty("thimble.fuzz.seconds", "20")) / 20;
    private static final String PIECES = "/+#$ \u0000é0123456789abdpun\uD83D\uDE00";

    private final Topics topics = new Topics("thimble/1", "pi");

    @Test
    void readingATopicGivesBackWhatMadeIt() throws IOException {
        List<String> corpus = corpus();
        assertEquals("pi", topics.deviceOf(topics.reported()));
        assertEquals(new Topics.Block("ab".repeat(32), 17), Topics.blockOf(topics.block("ab".repeat(32), "17")));
        assertNull(topics.deviceOf("other/1/d/pi/up/reported"));
        Random random = new Random(Long.getLong("thimble.fuzz.seed", 1));
        long end = System.nanoTime() + (long) (SECONDS * 1e9);
        long runs = 0;
        long devices = 0;
        long blocks = 0;
        corpus.forEach(this::check);
        while (System.nanoTime() < end) {
            String topic = mutate(corpus.get(random.nextInt(corpus.size())), corpus, random);
            int found = check(topic);
            devices += found & 1;
            blocks += found >> 1;
            runs++;
        }
        System.out.printf("fuzz topics: %,d inputs, %,d named a device, %,d a chunk%n", runs, devices, blocks);
        assertTrue(devices > 100 && blocks > 100 && runs > devices, "the changes are too wild or too tame");
    }

    /** @return bit 0 when the topic named a device, bit 1 when it named a chunk */
    private int check(String topic) {
        String device = topics.deviceOf(topic);
        if (device != null) {
            assertFalse(device.isEmpty() || device.contains("/"), topic);
            String rest = topic.substring((topics.root() + "/d/" + device + "/").length());
            assertTrue(rest.startsWith("up/") || rest.startsWith("dn/"), topic);
            assertTrue(topic.startsWith(topics.root() + "/d/" + device + "/"), topic);
        }
        Topics.Block block = Topics.blockOf(topic);
        if (block == null || block.number() < 0) {
            return device == null ? 0 : 1;
        }
        assertFalse(block.blob().contains("/"), topic);
        String number = topic.substring(topic.lastIndexOf('/') + 1);
        assertEquals(Integer.parseInt(number), block.number(), topic);
        assertTrue(topic.endsWith(block.blob() + "/" + number), topic);
        return device == null ? 2 : 3;
    }

    private static String mutate(String topic, List<String> corpus, Random random) {
        StringBuilder changed = new StringBuilder(topic);
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = random.nextInt(changed.length() + 1);
            switch (random.nextInt(5)) {
                case 0 -> changed.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                case 1 -> changed.delete(at, Math.min(changed.length(), at + 1 + random.nextInt(8)));
                case 2 -> changed.setLength(at);
                case 3 -> {
                    String other = corpus.get(random.nextInt(corpus.size()));
                    changed.insert(at, other, random.nextInt(other.length()), other.length());
                }
                default -> changed.append('/').append(random.nextInt());
            }
        }
        return changed.toString();
    }

    private static List<String> corpus() throws IOException {
        try (InputStream in = TopicFuzzTest.class.getResourceAsStream("/dev/thimble/agent/fuzz/topics.txt")) {
            return new ArrayList<>(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        }
    }
}
