package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.thimble.agent.cell.Cell;
import dev.thimble.agent.cell.CellEnvironment;
import dev.thimble.agent.cell.Reason;
import dev.thimble.agent.cell.Release;
import dev.thimble.agent.cell.RestartPolicy;
import dev.thimble.agent.cell.Supervisor;
import dev.thimble.agent.operator.Description;
import dev.thimble.agent.port.FileKeyValueStore;
import dev.thimble.agent.port.HostRandom;
import dev.thimble.agent.port.LogRing;
import dev.thimble.agent.port.MetricTable;
import dev.thimble.agent.port.ModuleMessages;
import dev.thimble.agent.port.Topics;
import dev.thimble.agent.shadow.Tape;
import dev.thimble.agent.shadow.TapedBoard;
import dev.thimble.agent.shadow.TapedPublisher;
import dev.thimble.agent.update.Admission;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.host.CellResources;
import dev.thimble.hal.host.Inbox;
import dev.thimble.hal.host.SharedInputs;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import dev.thimble.hal.simulated.chip.Bme280;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.RateLimit;
import dev.thimble.mqtt.paho.PahoLink;
import dev.thimble.ota.document.Manifest;
import dev.thimble.simulator.TestBroker;
import dev.thimble.simulator.world.SampleRelease;
import dev.thimble.simulator.world.SimulatedDevice;
import dev.thimble.wasm.WasmModule;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One tick of the weather module, from the timer over the bus read and the compensation to the message in the outbox of
 * a link that is connected: 0 bytes on the Java heap of the cells' thread.
 */
class AllocationTest {
    private static final long TICK = 500_000_000;
    private static final int WARM_UP = 6_000;
    private static final int ROUNDS = 20;
    private static final int TICKS = 100;

    @Test
    @Timeout(120)
    void aTickFromBusToOutboxAllocatesNothing(@TempDir Path folder) throws Exception {
        SimulatedClock clock = new SimulatedClock();
        BoardFile file = BoardFile.builtIn("raspberry-pi-4");
        try (TestBroker broker = TestBroker.start();
            MqttLink link = PahoLink.create(LinkOptions.builder(broker.url(), "allocation").build());
            SimulatedBoard board = new SimulatedBoard(file, clock);
            FileKeyValueStore store = FileKeyValueStore.open(folder.resolve("weather.kv"))) {
            board.attach("i2c1", new Bme280(0x76, clock));
            link.start();
            while (link.state() != LinkState.ONLINE) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            Supervisor supervisor = new Supervisor(clock, Supervisor.Idle.system());
            Inbox inbox = new Inbox(64, 4096, clock, supervisor::wake);
            TapedBoard taped = TapedBoard.over(board, new Tape());
            ModuleMessages messages = new ModuleMessages(link,
                new TapedPublisher(link.publisher("weather", RateLimit.UNLIMITED), taped.tape()), new Topics("t", "d"), "weather", inbox);
            AtomicInteger failures = new AtomicInteger();
            Cell cell = new Cell("weather", new CellEnvironment(clock, new CellResources(new SharedInputs(taped), inbox, clock),
                new HostRandom(), new LogRing("weather", clock), store, messages, new MetricTable(), RestartPolicy.DEFAULT),
                (failed, incident) -> failures.incrementAndGet());
            cell.start(release(file), null, Reason.COLD);
            supervisor.add(cell);

            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            tick(supervisor, clock, WARM_UP);
            // A hot loop may allocate until it is compiled, or has gone back to the frame after some seconds.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (bytesOfTicks(threads, supervisor, clock) != 0 && System.nanoTime() < end) {
                tick(supervisor, clock, TICKS);
            }
            // The interpreter's code may still be compiled now and then: what counts is that most rounds are free of any byte.
            int clean = 0;
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                long bytes = bytesOfTicks(threads, supervisor, clock);
                least = Math.min(least, bytes);
                clean += bytes == 0 ? 1 : 0;
            }
            assertEquals(0, failures.get(), "the module must not fail");
            assertEquals(0, least, "bytes for " + TICKS + " ticks in the best of " + ROUNDS + " rounds");
            assertTrue(clean >= ROUNDS / 2, clean + " of " + ROUNDS + " rounds allocated nothing");
            assertTrue(cell.record().ticks() >= WARM_UP + ROUNDS * TICKS, "the ticks did happen: " + cell.record());
            assertEquals(0, cell.record().missingOutputs().size(), "and the module did publish");
        }
    }

    private static long bytesOfTicks(ThreadMXBean threads, Supervisor supervisor, SimulatedClock clock) {
        long before = threads.getCurrentThreadAllocatedBytes();
        tick(supervisor, clock, TICKS);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void tick(Supervisor supervisor, SimulatedClock clock, int ticks) {
        for (int i = 0; i < ticks; i++) {
            clock.advance(TICK);
            supervisor.turn();
        }
    }

    private static Release release(BoardFile file) {
        byte[] wasm = SampleRelease.resource("weather-1.wasm");
        WasmModule module = WasmModule.parse(wasm);
        Manifest manifest = Description.describe(new String(SampleRelease.resource("weather-1.toml"), StandardCharsets.UTF_8),
            "weather-1.toml", module);
        return new Admission(SimulatedDevice.sampleGrants(file)).release(manifest, module, Map.of());
    }
}
