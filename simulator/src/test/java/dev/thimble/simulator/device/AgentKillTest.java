package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.operator.Keys;
import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.port.FileKeyValueStore;
import dev.thimble.agent.port.Topics;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.paho.PahoLink;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.step.Table;
import dev.thimble.ota.store.DiskFileSystem;
import dev.thimble.ota.store.Store;
import dev.thimble.simulator.TestBroker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real {@code kill -9} of a real agent process at random moments while one update after the other is under way, against a
 * real broker that is restarted now and then. After each kill the store holds a whole release that is not below the floor,
 * and after the next start the old or the new release runs; at the end no message, no key and no commit is missing.
 * {@code -Dthimble.kills=200} is the nightly amount.
 */
@Timeout(value = 9, unit = TimeUnit.MINUTES)
class AgentKillTest {
    private static final int KILLS = Integer.getInteger("thimble.kills", 20);
    private static final long SEED = Long.getLong("thimble.kill.seed", System.nanoTime());
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int TICK_MILLIS = 50;

    @TempDir Path folder;
    private final Random random = new Random(SEED);
    private final Topics topics = new Topics("kill/1", "bench");
    private final Keys keys = Keys.generate(true);
    private final BitSet numbers = new BitSet();
    private TestBroker broker;
    private Operator operator;
    private Path flash;
    private long highest;
    private long duplicates;
    private String disorder = "";
    private Ledger.Entry last;
    private Reported.Module row;
    private long sequence;
    private SignedModule assigned;

    @Test
    void neverNeitherNeverBelowTheFloorNothingLost() throws Exception {
        System.out.println("kill -9: seed " + SEED);
        long begin = System.nanoTime();
        flash = folder.resolve("flash");
        Files.write(folder.resolve("trusted.keys"), keys.trusted());
        broker = TestBroker.persistent(folder);
        int kills = 0;
        int inRecovery = 0;
        int restarts = 0;
        int ranOld = 0;
        long floor = 0;
        try (MqttLink observer = PahoLink.create(LinkOptions.builder(broker.url(), "observer").inbox(4096, 4 << 20).build())) {
            observer.subscribe(topics.published(Ledger.MODULE) + "ledger", 1, this::seen);
            observer.subscribe(topics.reported(), 1, this::reported);
            observer.start();
            operator = new Operator(broker.url(), topics);
            assertTrue(operator.awaitOnline(PATIENCE));
            Process agent = boot();
            assignNext();
            await("the first release committed", () -> row != null && row.phase() == Phase.COMMITTED && row.sequence() == 1);
            while (kills < KILLS) {
                if (row.phase().isAtRest() || random.nextInt(4) == 0) {
                    assignNext();
                }
                if (random.nextInt(8) == 0) {
                    Thread.sleep(random.nextInt(300));
                    broker.restart();
                    restarts++;
                }
                Thread.sleep(random.nextInt(1500));
                kill(agent);
                kills++;
                if (kills < KILLS && random.nextInt(3) == 0) {
                    agent = boot();
                    Thread.sleep(random.nextInt(900));
                    kill(agent);
                    kills++;
                    inRecovery++;
                }
                Table.Entry entry = checkFlash(floor);
                floor = entry.floor();
                long stored = storedNumber();
                agent = boot();
                // The second number after the stored one cannot come from before the kill.
                await("a message of the restarted agent, after number " + stored, () -> last != null && last.number() >= stored + 2);
                assertTrue(last.release() >= floor, "release " + last.release() + " runs below the floor " + floor);
                ranOld += last.release() == entry.active().sequence() ? 1 : 0;
            }
            assignNext();
            await("the last release committed", () -> row.phase() == Phase.COMMITTED && row.sequence() == sequence);
            agent.getOutputStream().close();
            assertTrue(agent.waitFor(20, TimeUnit.SECONDS));
            long stored = storedNumber();
            await("all that was accepted", () -> numbers.cardinality() >= stored);
            synchronized (this) {
                assertEquals("", disorder);
                assertEquals(stored, highest, "the store and the last message say the same");
                assertEquals(0, last.lost());
            }
            Table.Entry entry = checkFlash(floor);
            assertEquals(sequence, entry.active().sequence());
            System.out.printf("kill -9: %d kills (%d of them within 0.9 s of a start), %d broker restarts; of %d restarted agents %d ran "
                + "the committed release and %d a newer one; %d releases assigned, the last one committed; %d messages, 0 lost, %d sent "
                + "twice; %.0f s%n", kills, inRecovery, restarts, kills - inRecovery, ranOld, kills - inRecovery - ranOld, sequence,
                stored, duplicates, (System.nanoTime() - begin) / 1e9);
            operator.close();
        } finally {
            broker.close();
        }
    }

    private Process boot() throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx96m", "-cp", System.getProperty("java.class.path"), KilledAgent.class.getName(),
            broker.url(), topics.root(), topics.device(), flash.toString(), folder.resolve("trusted.keys").toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(folder.resolve("agent.log").toFile()).start();
    }

    private static void kill(Process agent) throws InterruptedException {
        assertTrue(agent.isAlive(), "the agent ended by itself");
        agent.destroyForcibly();
        assertTrue(agent.waitFor(10, TimeUnit.SECONDS));
        assertEquals(128 + 9, agent.exitValue(), "it must have died of SIGKILL");
    }

    private void assignNext() throws InterruptedException {
        sequence++;
        assigned = Ledger.release(sequence, TICK_MILLIS, 1, keys.release());
        operator.offer(assigned);
        operator.assign(Map.of(Ledger.MODULE, assigned.digest()), keys.director());
    }

    /** What a power-up would find: looked at in a copy, since opening the store repairs it. */
    private Table.Entry checkFlash(long floorBefore) throws Exception {
        Path copy = Files.createTempDirectory(folder, "copy");
        Path from = flash.resolve("modules");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from)) {
            files = walk.toList();
        }
        for (Path file : files) {
            Path to = copy.resolve(from.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(to);
            } else {
                Files.copy(file, to);
            }
        }
        Store store = Store.open(new DiskFileSystem(copy), 64 << 20);
        Table.Entry entry = store.table().modules().get(Ledger.MODULE);
        assertNotNull(entry.active(), "no release is installed");
        assertTrue(entry.floor() >= floorBefore, "the floor fell from " + floorBefore + " to " + entry.floor());
        assertTrue(entry.active().sequence() >= entry.floor(), "the active release is below the floor");
        assertTrue(store.blob(entry.active().manifest()).length > 0 && store.blob(entry.active().blob()).length > 0, "whole");
        if (entry.candidate() != null) {
            assertTrue(store.blob(entry.candidate().blob()).length > 0 && entry.tries() >= 1, "a try that is not counted");
        }
        return entry;
    }

    private long storedNumber() throws IOException {
        Path copy = Files.createTempFile(folder, "ledger", ".kv");
        Files.copy(flash.resolve("storage/ledger.kv"), copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (FileKeyValueStore store = FileKeyValueStore.open(copy)) {
            byte[] key = "number".getBytes();
            byte[] value = new byte[4];
            assertEquals(4, store.get(key, 0, key.length, value, 0, 4), "the key is lost");
            return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
        }
    }

    private synchronized void seen(ReceivedMessage message) {
        Ledger.Entry entry = Ledger.entry(message);
        int number = (int) entry.number() - 1;
        if (numbers.get(number)) {
            duplicates++;
        } else {
            numbers.set(number);
            if (entry.number() != highest + 1) {
                disorder = "number " + entry.number() + " came first after " + highest;
            }
            highest = entry.number();
        }
        last = entry;
        notifyAll();
    }

    private synchronized void reported(ReceivedMessage message) {
        Reported report = Reported.decode(message.payload());
        report.modules().stream().filter(m -> m.name().equals(Ledger.MODULE)).forEach(m -> row = m);
        notifyAll();
    }

    private interface Condition {
        boolean holds();
    }

    private synchronized void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("not seen: " + what + "; last " + last + ", highest " + highest + ", row " + row + ", log "
                    + Files.readString(folder.resolve("agent.log")));
            }
            wait(left);
        }
    }
}
