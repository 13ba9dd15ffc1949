package dev.thimble.mqtt.outbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.mqtt.LinkListener.LossReason;
import dev.thimble.mqtt.LinkStatistics;
import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.OutboxOptions.WhenFull;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.PublishResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {

    private static final long NOW = 1_800_000_000_000L;

    @TempDir
    Path directory;

    private Outbox open(OutboxOptions options) {
        return Outbox.open(options, NOW);
    }

    private OutboxOptions onDisk(int bytes, WhenFull whenFull) {
        return new OutboxOptions(directory, List.of(new OutboxOptions.Lane("all", "#", bytes, whenFull)), 4096, 300,
                java.time.Duration.ofSeconds(1));
    }

    private static PublishResult put(Outbox outbox, String topic, String text, int qos) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return outbox.append(topic, payload, 0, payload.length, qos, false, PublishProperties.NONE, NOW);
    }

    private static List<String> drain(Outbox outbox, boolean acknowledge) {
        List<String> texts = new ArrayList<>();
        for (QueuedMessage m = outbox.take(NOW); m != null; m = outbox.take(NOW)) {
            texts.add(new String(m.payload(), StandardCharsets.UTF_8));
            if (acknowledge) {
                outbox.sent(m.ticket());
            }
        }
        return texts;
    }

    private static LinkStatistics.Lane lane(Outbox outbox, String name) {
        return outbox.statistics().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void givesBackEveryFieldAfterReopening() {
        PublishProperties properties =
                new PublishProperties(100, "text/plain", "answers/größe", new byte[] {1, 2, 3});
        try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
            byte[] payload = {9, 8, 7, 6};
            byte[] topic = "xx/a/größe".getBytes(StandardCharsets.UTF_8);
            assertEquals(PublishResult.QUEUED, outbox.append(topic, 3, topic.length - 3, payload, 1, 2, 1, true,
                    properties, NOW));
            assertEquals(PublishResult.QUEUED, put(outbox, "b", "", 1));
        }
        try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
            QueuedMessage m = outbox.take(NOW + 40_000);
            assertEquals("a/größe", m.topic());
            assertArrayEquals(new byte[] {8, 7}, m.payload());
            assertTrue(m.retained());
            assertEquals(60, m.expirySeconds());
            assertEquals("text/plain", m.contentType());
            assertEquals("answers/größe", m.responseTopic());
            assertArrayEquals(new byte[] {1, 2, 3}, m.correlationData());
            QueuedMessage empty = outbox.take(NOW);
            assertEquals(0, empty.payload().length);
            assertNull(empty.contentType());
            assertNull(empty.responseTopic());
            assertNull(empty.correlationData());
            assertEquals(0, empty.expirySeconds());
        }
    }

    @Test
    void keepsTheOrderAcrossLanes() {
        OutboxOptions options = OutboxOptions.IN_MEMORY.withLanes(
                new OutboxOptions.Lane("events", "e/#", 4096, WhenFull.REFUSE_NEWEST),
                new OutboxOptions.Lane("rest", "#", 4096, WhenFull.DROP_OLDEST));
        try (Outbox outbox = open(options)) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                put(outbox, i % 3 == 0 ? "e/x" : "r/x", "m" + i, i % 3 == 2 ? 0 : 1);
                expected.add("m" + i);
            }
            assertEquals(expected, drain(outbox, true));
            assertTrue(outbox.isEmpty());
            assertEquals(10, lane(outbox, "events").sent());
            assertEquals(10, lane(outbox, "rest").sent());
            assertEquals(10, lane(outbox, "volatile").sent());
        }
    }

    @Test
    void sendsAgainInOrderWhatWasNotAcknowledged() {
        try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
            List<QueuedMessage.Ticket> tickets = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                put(outbox, "t", "m" + i, 1);
                tickets.add(outbox.take(NOW).ticket());
            }
            outbox.sent(tickets.get(0));
            outbox.sent(tickets.get(3));
            outbox.rewind();
            assertEquals(List.of("m1", "m2", "m4", "m5"), drain(outbox, false));
        }
        try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
            assertEquals(List.of("m1", "m2", "m4", "m5"), drain(outbox, true));
        }
        try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
            assertTrue(outbox.isEmpty());
        }
    }

    @Test
    void aFullLaneRefusesTheNewestAndCounts() {
        try (Outbox outbox = open(onDisk(4096, WhenFull.REFUSE_NEWEST))) {
            int accepted = 0;
            while (put(outbox, "t", "message number " + accepted, 1) == PublishResult.QUEUED) {
                accepted++;
            }
            assertTrue(accepted > 20, "accepted " + accepted);
            assertEquals(1, lane(outbox, "all").refused());
            QueuedMessage first = outbox.take(NOW);
            outbox.sent(first.ticket());
            assertEquals(PublishResult.FULL, put(outbox, "t", "one record is not a segment", 1));
            assertEquals(accepted - 1, drain(outbox, true).size());
            assertEquals(PublishResult.QUEUED, put(outbox, "t", "room again", 1));
        }
    }

    @Test
    void aFullLaneDropsTheOldestCountsAndReports() {
        try (Outbox outbox = open(onDisk(4096, WhenFull.DROP_OLDEST))) {
            for (int i = 0; i < 500; i++) {
                assertEquals(PublishResult.QUEUED, put(outbox, "t", "m" + i, 1));
            }
            List<String> kept = drain(outbox, true);
            for (int i = 0; i < kept.size(); i++) {
                assertEquals("m" + (500 - kept.size() + i), kept.get(i), "a gap within what was kept");
            }
            assertEquals(500 - kept.size(), lane(outbox, "all").overflow());
            List<String> reports = new ArrayList<>();
            outbox.reportLosses((name, reason, count) -> reports.add(name + " " + reason + " " + count));
            assertEquals(List.of("all " + LossReason.OVERFLOW + " " + (500 - kept.size())), reports);
            outbox.reportLosses((name, reason, count) -> reports.add("again"));
            assertEquals(1, reports.size());
        }
    }

    @Test
    void anAcknowledgementForADroppedMessageIsHarmless() {
        try (Outbox outbox = open(onDisk(4096, WhenFull.DROP_OLDEST))) {
            put(outbox, "t", "in flight", 1);
            QueuedMessage inFlight = outbox.take(NOW);
            for (int i = 0; i < 500; i++) {
                put(outbox, "t", "m" + i, 1);
            }
            outbox.sent(inFlight.ticket());
            assertEquals(0, lane(outbox, "all").sent());
            assertEquals(lane(outbox, "all").queued(), drain(outbox, true).size());
        }
    }

    @Test
    void dropsWhatHasExpired() {
        try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
            byte[] payload = new byte[1];
            outbox.append("t", payload, 0, 1, 1, false, PublishProperties.expiring(10), NOW);
            put(outbox, "t", "stays", 1);
            QueuedMessage m = outbox.take(NOW + 10_000);
            assertEquals("stays", new String(m.payload()));
            assertEquals(1, lane(outbox, "all").expired());
        }
    }

    @Test
    void aClockThatWentBackDoesNotLengthenTheExpiry() {
        try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
            outbox.append("t", new byte[1], 0, 1, 1, false, PublishProperties.expiring(10), NOW);
            assertEquals(10, outbox.take(0).expirySeconds());
        }
    }

    @Test
    void cutsATornTail() throws IOException {
        writeMessages(5);
        int last = lastRecord(5);
        for (int damage = 0; damage < 3; damage++) {
            byte[] whole = Files.readAllBytes(file());
            flip(last + 4 + damage * 20);
            try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
                assertEquals(List.of("m0", "m1", "m2", "m3"), drain(outbox, false));
                assertEquals(0, lane(outbox, "all").damaged(), "a torn tail is no damage");
                put(outbox, "t", "after", 1);
            }
            try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
                assertEquals(List.of("m0", "m1", "m2", "m3", "after"), drain(outbox, false));
            }
            Files.write(file(), whole);
        }
    }

    @Test
    void findsWhatIsBehindDamageAndReportsIt() throws IOException {
        writeMessages(5);
        flip(firstRecord() + MessageFormat.HEADER);
        try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
            assertEquals(List.of("m1", "m2", "m3", "m4"), drain(outbox, false));
            assertEquals(1, lane(outbox, "all").damaged());
        }
    }

    /** Any bytes whatever: it opens, gives nothing that was not written, and works. */
    @Test
    void survivesAnyDamage() throws IOException {
        writeMessages(5);
        byte[] whole = Files.readAllBytes(file());
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = whole.clone();
            int from = 4096 + random.nextInt(damaged.length - 4096);
            int length = 1 + random.nextInt(Math.min(400, damaged.length - from));
            for (int i = 0; i < length; i++) {
                damaged[from + i] = (byte) random.nextInt();
            }
            Files.write(file(), damaged);
            try (Outbox outbox = open(onDisk(8192, WhenFull.DROP_OLDEST))) {
                List<String> found = drain(outbox, true);
                assertTrue(List.of("m0", "m1", "m2", "m3", "m4").containsAll(found), found.toString());
                assertEquals(PublishResult.QUEUED, put(outbox, "t", "new", 1));
                assertEquals(List.of("new"), drain(outbox, true));
            }
        }
    }

    @Test
    void aSecondUserOfTheDirectoryIsRefused() {
        try (Outbox outbox = open(onDisk(8192, WhenFull.DROP_OLDEST))) {
            UncheckedIOException e = assertThrows(UncheckedIOException.class,
                    () -> open(onDisk(8192, WhenFull.DROP_OLDEST)));
            assertTrue(e.getMessage().contains(directory.toString()), e.getMessage());
            assertTrue(outbox.isEmpty());
        }
        open(onDisk(8192, WhenFull.DROP_OLDEST)).close();
    }

    @Test
    void messagesOfALaneThatIsGoneMoveToAnother() throws IOException {
        writeMessages(5);
        OutboxOptions other = new OutboxOptions(directory,
                List.of(new OutboxOptions.Lane("new", "#", 20_000, WhenFull.REFUSE_NEWEST)), 4096, 300,
                java.time.Duration.ofSeconds(1));
        try (Outbox outbox = open(other)) {
            assertEquals(List.of("m0", "m1", "m2", "m3", "m4"), drain(outbox, false));
        }
        assertFalse(Files.exists(file()));
        try (Outbox resized = open(other.withMaxMessage(2000))) {
            assertEquals(List.of("m0", "m1", "m2", "m3", "m4"), drain(resized, true));
        }
        try (var files = Files.list(directory)) {
            assertEquals(List.of("lock", "new.outbox"),
                    files.map(f -> f.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aFileCutShortUnderneathIsAResultNotACrash() throws IOException {
        try (Outbox outbox = open(onDisk(1 << 20, WhenFull.REFUSE_NEWEST))) {
            put(outbox, "t", "x", 1);
            try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
                channel.truncate(4096);
            }
            assertEquals(PublishResult.STORAGE_FAILED, put(outbox, "t", "y", 1));
            assertEquals(PublishResult.STORAGE_FAILED, put(outbox, "t", "z", 1));
        }
    }

    @Test
    void theFileNeverGrows() throws IOException {
        try (Outbox outbox = open(onDisk(8192, WhenFull.DROP_OLDEST))) {
            long size = Files.size(file());
            for (int i = 0; i < 10_000; i++) {
                put(outbox, "t", "message " + i, 1);
                if (i % 3 == 0) {
                    QueuedMessage m = outbox.take(NOW);
                    assertNotNull(m);
                    outbox.sent(m.ticket());
                }
            }
            assertEquals(size, Files.size(file()));
        }
    }

    /** Random operations against a plain list, with reopening in between. */
    @Test
    void behavesLikeAListThatSurvives() {
        Random random = new Random(3);
        List<String> model = new ArrayList<>();
        Outbox outbox = open(onDisk(30_000, WhenFull.REFUSE_NEWEST));
        int number = 0;
        for (int step = 0; step < 5_000; step++) {
            int choice = random.nextInt(100);
            if (choice < 60) {
                String text = "m" + number++ + "x".repeat(random.nextInt(200));
                if (put(outbox, "t/" + random.nextInt(5), text, 1) == PublishResult.QUEUED) {
                    model.add(text);
                }
            } else if (choice < 90) {
                QueuedMessage m = outbox.take(NOW);
                outbox.rewind();
                assertEquals(model.isEmpty() ? null : model.getFirst(),
                        m == null ? null : new String(m.payload(), StandardCharsets.UTF_8));
                if (m != null) {
                    outbox.sent(m.ticket());
                    model.removeFirst();
                }
            } else if (choice == 99) {
                outbox.close();
                outbox = open(onDisk(30_000, WhenFull.REFUSE_NEWEST));
            }
        }
        assertEquals(model, drain(outbox, true));
        outbox.close();
    }

    /** Several publishers, one taker that loses its connection again and again: nothing lost, each one's order kept. */
    @Test
    void manyPublishersAtOnce() throws Exception {
        int publishers = 4;
        int each = 5_000;
        Random random = new Random(5);
        int[] next = new int[publishers];
        try (Outbox outbox = open(onDisk(64_000, WhenFull.REFUSE_NEWEST))) {
            List<Thread> threads = new ArrayList<>();
            for (int publisher = 0; publisher < publishers; publisher++) {
                String name = publisher + " ";
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < each; ) {
                        if (put(outbox, "t/" + name.trim(), name + i, 1) == PublishResult.QUEUED) {
                            i++;
                        } else {
                            Thread.yield();
                        }
                    }
                }));
            }
            int acknowledged = 0;
            while (acknowledged < publishers * each) {
                QueuedMessage m = outbox.take(NOW);
                if (m == null) {
                    Thread.yield();
                } else if (random.nextInt(100) == 0) {
                    outbox.rewind();
                } else {
                    String[] words = new String(m.payload(), StandardCharsets.UTF_8).split(" ");
                    int publisher = Integer.parseInt(words[0]);
                    assertEquals(next[publisher]++, Integer.parseInt(words[1]), "publisher " + publisher);
                    outbox.sent(m.ticket());
                    acknowledged++;
                }
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertTrue(outbox.isEmpty());
        }
    }

    @Test
    void onlyTheOwnerMayLookIntoTheDirectory() throws IOException {
        Path made = directory.resolve("made");
        open(OutboxOptions.onDisk(made, 8192)).close();
        if (made.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertEquals("rwx------", java.nio.file.attribute.PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(made)));
        }
    }

    private void writeMessages(int count) {
        try (Outbox outbox = open(onDisk(8192, WhenFull.REFUSE_NEWEST))) {
            for (int i = 0; i < count; i++) {
                put(outbox, "t", "m" + i, 1);
            }
        }
    }

    private Path file() {
        return directory.resolve("all.outbox");
    }

    private static int firstRecord() {
        return 4096 + MessageFormat.SEGMENT_HEADER;
    }

    private int lastRecord(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file()));
        int at = firstRecord();
        for (int i = 1; i < count; i++) {
            at += MessageFormat.aligned(bytes.getInt(at));
        }
        return at;
    }

    private void flip(int position) throws IOException {
        byte[] bytes = Files.readAllBytes(file());
        bytes[position % bytes.length] ^= 0x40;
        Files.write(file(), bytes);
    }
}
