package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.port.Topics;
import dev.thimble.mqtt.LinkState;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Reported;
import dev.thimble.simulator.world.SampleRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody floods every topic that a device listens to with junk, through a real broker, as fast as the broker takes it:
 * {@code -Dthimble.junk.seconds=10} is the nightly length.
 */
class JunkTest {
    private static final int SECONDS = Integer.getInteger("thimble.junk.seconds", 2);
    private static final long PER_SECOND = 120_000;
    /** What the device itself says; the junk is not kept. */
    private static final String OWN = "d/+/up/#";
    /** Live objects may grow by this much under the flood, and no more however long it lasts. */
    private static final long ROOM = 48L << 20;

    @Test
    @Timeout(180)
    void throughARealBroker(@TempDir Path flash) throws Exception {
        try (Bench bench = new Bench(flash, OWN, UnaryOperator.identity(), UnaryOperator.identity())) {
            survives(bench, "through the broker", () -> Flood.through(bench.url(), topics(bench), PER_SECOND));
        }
    }

    /** mosquitto carries less than the device can be made to bear: this way nothing but the device is in the way. */
    @Test
    @Timeout(180)
    void fromAStolenBroker(@TempDir Path flash) throws Exception {
        AtomicReference<Flood.StolenBroker> stolen = new AtomicReference<>();
        try (Bench bench = new Bench(flash, OWN, broker -> {
            try {
                stolen.set(new Flood.StolenBroker(broker));
                return stolen.get().url();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, UnaryOperator.identity())) {
            survives(bench, "from a stolen broker", () -> Flood.into(stolen.get(), topics(bench), PER_SECOND));
        } finally {
            stolen.get().close();
        }
    }

    private static List<String> topics(Bench bench) {
        Topics t = bench.topics;
        return List.of(t.desired(), t.block("ab".repeat(32), "0"), t.block("no-digest", "x"), t.command("why"), t.command("nonsense"),
            t.keys("root/7"), t.keys("timestamp"), t.subscribed(Bench.MODULE) + "orders");
    }

    private static void survives(Bench bench, String how, Callable<Flood> begin) throws Exception {
        assertEquals("", bench.disturbance());
        long before = liveBytes();
        long received = bench.deviceLink().statistics().received();
        int mark = bench.mark();
        long start = System.nanoTime();
        long during;
        long sent;
        try (Flood flood = begin.call()) {
            TimeUnit.MILLISECONDS.sleep(SECONDS * 500L);
            during = liveBytes();
            TimeUnit.MILLISECONDS.sleep(Math.max(0, SECONDS * 1000L - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
            sent = flood.sent();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long samples = bench.samplesSince(mark);
        // What is still in the sockets has been sent and comes a little later.
        String disturbed = bench.disturbance();
        long arrived = 0;
        for (long now = -1; now != arrived; ) {
            now = arrived;
            TimeUnit.MILLISECONDS.sleep(500);
            arrived = bench.deviceLink().statistics().received() - received;
        }
        double until = (System.nanoTime() - start) / 1e9;
        System.out.printf("junk %s: %,.0f messages/s sent, %,d in all, %,.0f of it reached the device within %.1f s, %,d dropped; %d samples of %.0f; "
            + "live heap %,d KiB before, %,d KiB during%n", how, sent / seconds, sent, (double) arrived, until,
            bench.deviceLink().statistics().inboxDropped(), samples, seconds * 10, before >> 10, during >> 10);
        assertTrue(arrived > 1_000L * SECONDS, "hardly any junk came through: " + arrived);
        assertTrue(during - before < ROOM, "live objects grew from " + before + " to " + during + " bytes");
        assertEquals("", disturbed, "every sample is there, in order");
        assertEquals(LinkState.ONLINE, bench.deviceLink().state());
        takesAnUpdate(bench);
    }

    private static void takesAnUpdate(Bench bench) throws InterruptedException {
        SignedModule second = Bench.sign(2, SampleRelease.resource("weather-2.wasm"), bench.keys.release());
        bench.operator.offer(second);
        int mark = bench.mark();
        bench.operator.assign(Map.of(Bench.MODULE, second.digest()), bench.keys.director());
        bench.await(mark, "the update after the flood", m -> bench.row(m) instanceof Reported.Module r && r.phase().isAtRest()
            && second.digest().equals(r.running()) ? r : null);
    }

    private static long liveBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
