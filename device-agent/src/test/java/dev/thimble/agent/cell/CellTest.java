package dev.thimble.agent.cell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.Modules;
import dev.thimble.agent.port.FileKeyValueStore;
import dev.thimble.agent.port.HostRandom;
import dev.thimble.agent.port.LogRing;
import dev.thimble.agent.port.MetricTable;
import dev.thimble.agent.port.ModuleMessages;
import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.Quotas;
import dev.thimble.hal.grant.TopicRule;
import dev.thimble.hal.host.CellResources;
import dev.thimble.hal.host.EventKind;
import dev.thimble.hal.host.Inbox;
import dev.thimble.hal.host.SharedInputs;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.RateLimit;
import dev.thimble.mqtt.paho.PahoLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells on a clock that is moved by hand, with a real link that is never started: its outbox takes the messages. */
class CellTest {
    private static final long MILLI = 1_000_000;
    private static final long PERIOD = 100 * MILLI;
    private static final long FUEL = 100_000;

    @TempDir Path folder;
    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
    private final Supervisor supervisor = new Supervisor(clock, Supervisor.Idle.system());
    private final List<Incident> incidents = new ArrayList<>();
    private final List<FileKeyValueStore> stores = new ArrayList<>();
    private MqttLink link;

    @BeforeEach
    void open() {
        link = PahoLink.create(LinkOptions.builder("tcp://127.0.0.1:1", "cells").build());
    }

    @AfterEach
    void close() throws Exception {
        supervisor.close();
        link.close();
        for (FileKeyValueStore store : stores) {
            store.close();
        }
    }

    private Cell cell(String name) {
        try {
            Inbox inbox = new Inbox(4, 2048, clock, supervisor::wake);
            FileKeyValueStore store = FileKeyValueStore.open(folder.resolve(name));
            stores.add(store);
            RestartPolicy policy = new RestartPolicy(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(5));
            Cell cell = new Cell(name, new CellEnvironment(clock, new CellResources(new SharedInputs(board), inbox, clock),
                new HostRandom(), new LogRing(name, clock), store,
                new ModuleMessages(link, link.publisher(name, RateLimit.UNLIMITED), new Topics("t", "d"), name, inbox),
                new MetricTable(), policy), (failed, incident) -> incidents.add(incident));
            supervisor.add(cell);
            return cell;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Release release(String module, Integer... accepts) {
        Grant grant = new Grant(Map.of(), List.of(new TopicRule("#", 0)), List.of(), new Quotas(0, 0, 60, 60, 1, FUEL));
        return new Release(module, Modules.parse(module), grant, Map.of(), PERIOD, 100, List.of(accepts), List.of("t"));
    }

    /** Lets time pass in steps of a millisecond, as the cells' thread would see it. */
    private void run(long millis) {
        for (long i = 0; i < millis; i++) {
            clock.advance(MILLI);
            while (supervisor.turn() == 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static int count(Cell cell) {
        byte[] state = cell.save().state();
        assertEquals(4, state.length);
        return state[0] & 0xFF | (state[1] & 0xFF) << 8;
    }

    private long published() {
        return link.statistics().publishers().getFirst().accepted();
    }

    @Test
    void ticksComeAtTheirPeriodAndALateOneDoesNotMakeUpForOthers() {
        Cell cell = cell("a");
        cell.start(release("counter"), null, Reason.COLD);
        run(99);
        assertEquals(0, cell.record().ticks());
        assertEquals(List.of("t"), cell.record().missingOutputs());
        run(1);
        assertEquals(1, cell.record().ticks());
        assertEquals(List.of(), cell.record().missingOutputs());
        run(900);
        assertEquals(10, count(cell));
        clock.advance(550 * MILLI);
        run(50);
        assertEquals(12, count(cell), "one for the late ones, one for the next period");
    }

    @Test
    void aTrapBecomesAnIncidentAndTheModuleStartsAgainWithGrowingBackOff() {
        Cell cell = cell("a");
        cell.start(release("trapper"), null, Reason.COLD);
        run(200);
        assertFalse(cell.isRunning());
        Incident incident = incidents.getFirst();
        assertEquals("unreachable", incident.kind());
        assertEquals("thimble_tick", incident.during());
        assertTrue(incident.where().startsWith("boom at 0x"), incident.where());
        assertEquals("#0 boom", incident.trace().getFirst().replaceAll(" \\(function.*", ""));
        assertTrue(cell.environment().log().last(9).stream().anyMatch(l -> l.text().contains("#0 boom")), "the log has it too");
        assertEquals(200, incident.restartMillis());
        assertEquals(2, incident.events().size());
        assertTrue(incident.events().getFirst().startsWith("-100 ms tick"), incident.events().toString());
        run(201);
        assertTrue(cell.isRunning());
        run(200);
        assertEquals(400, incidents.get(1).restartMillis());
        run(5_000);
        assertEquals(1_000, incidents.getLast().restartMillis(), "the limit");
        assertEquals(incidents.size(), cell.record().traps());
        assertEquals(incidents.getLast(), cell.incidents().getFirst());
        assertTrue(cell.record().fault().contains("unreachable"));
    }

    @Test
    void aModuleThatNeverReturnsIsStoppedByItsFuelAndItsNeighbourGoesOn() {
        Cell looping = cell("looping");
        Cell neighbour = cell("neighbour");
        looping.start(release("spinner"), null, Reason.COLD);
        neighbour.start(release("counter"), null, Reason.COLD);
        run(1_000);
        assertEquals(10, count(neighbour));
        assertTrue(looping.record().overruns() >= 2, looping.record().toString());
        assertEquals(0, looping.record().traps());
        assertEquals("out of fuel", incidents.getFirst().kind());
    }

    @Test
    void aSwapHandsOverTheStateBetweenTwoEvents() {
        Cell cell = cell("a");
        cell.start(release("counter"), null, Reason.COLD);
        run(500);
        Cell.Swap swap = cell.swap(release("counter", 1));
        assertEquals(1, swap.snapshot().schema());
        assertArrayEquals(new byte[] {5, 0, 0, 0}, swap.snapshot().state());
        assertEquals("took over 4 bytes of state, schema 1", swap.note());
        run(300);
        assertEquals(8, count(cell));
        assertEquals(3, cell.record().ticks(), "the record is the candidate's own");
    }

    @Test
    void aStateThatTheCandidateDoesNotAcceptIsLeftAndSaid() {
        Cell cell = cell("a");
        cell.start(release("counter"), null, Reason.COLD);
        run(500);
        Cell.Swap swap = cell.swap(release("counter", 2));
        assertEquals("started clean: schema 1 is not among the accepted [2]", swap.note());
        assertEquals(4, swap.snapshot().state().length, "it is kept for the way back");
        run(300);
        assertEquals(3, count(cell));
    }

    @Test
    void aCandidateThatWillNotStartLeavesTheOldReleaseUndisturbed() {
        Cell cell = cell("a");
        cell.start(release("counter"), null, Reason.COLD);
        run(250);
        StartException refused = assertThrows(StartException.class, () -> cell.swap(release("refuser", 1)));
        assertEquals("thimble_init", refused.step());
        assertTrue(refused.getMessage().contains("returned -3 (NO_DEVICE)"), refused.getMessage());
        StartException mistyped = assertThrows(StartException.class, () -> cell.swap(release("mistyped", 1)));
        assertTrue(mistyped.getMessage().contains("export thimble_tick has type (i32) -> (), ABI 1 says (i64) -> ()"), mistyped.getMessage());
        run(250);
        assertEquals(5, count(cell));
        assertEquals("counter", cell.release().version());
        assertTrue(incidents.isEmpty());
    }

    @Test
    void aReleaseThatTrapsWhenAskedForItsStateIsRestartedAndTheSwapFails() {
        Cell cell = cell("a");
        cell.start(release("trapper"), null, Reason.COLD);
        run(50);
        StartException refused = assertThrows(StartException.class, () -> cell.swap(release("counter", 1)));
        assertEquals("thimble_save", refused.step());
        assertFalse(cell.isRunning());
        run(250);
        assertTrue(cell.isRunning());
        assertEquals("trapper", cell.release().version());
    }

    @Test
    void theWayBackRestoresTheStateOfTheSwap() {
        Cell cell = cell("a");
        Release old = release("counter", 1);
        cell.start(old, null, Reason.COLD);
        run(400);
        Snapshot snapshot = cell.swap(release("trapper", 1)).snapshot();
        run(300);
        assertEquals(1, cell.record().traps());
        assertEquals("took over 4 bytes of state, schema 1", cell.start(old, snapshot, Reason.ROLLBACK));
        run(100);
        assertEquals(5, count(cell));
    }

    @Test
    void aMessageReachesTheModuleAndOneWithoutRoomIsCounted() {
        Cell cell = cell("a");
        cell.start(release("counter"), null, Reason.COLD);
        long before = published();
        byte[] topic = {'x'};
        Inbox inbox = cell.environment().resources().inbox();
        inbox.message(1, topic, 0, 1, new byte[100], 0, 100);
        run(1);
        assertEquals(before + 1, published(), "it was echoed");
        assertTrue(inbox.message(1, topic, 0, 1, new byte[600], 0, 600));
        run(1);
        assertEquals(1, cell.undelivered());
        assertTrue(cell.isRunning());
    }

    @Test
    void whatDoesNotFitIntoTheInboxIsCountedAndToldLater() {
        Cell cell = cell("a");
        cell.start(release("counter"), null, Reason.COLD);
        for (int i = 0; i < 10; i++) {
            cell.post(EventKind.LINK_STATE, 0, 1, clock.nanos());
        }
        assertEquals(4, cell.environment().resources().inbox().size());
        run(1);
        assertEquals(0, cell.environment().resources().inbox().size());
        assertTrue(cell.isRunning());
    }

    @Test
    void aFailedStartIsTriedAgainWhenTheReleaseIsProven() {
        Cell cell = cell("a");
        cell.startOrRetry(release("refuser"), null, Reason.COLD);
        assertFalse(cell.isRunning());
        assertEquals(1, incidents.size());
        run(700);
        assertEquals(3, incidents.size(), "after 200 and 400 ms");
        cell.stop(Reason.COLD);
        run(2_000);
        assertEquals(3, incidents.size(), "stopped is stopped");
        assertNull(cell.release());
    }

    @Test
    void aRehearsalRunsTheSelfTestAndNamesWhatFailed() {
        Rehearsal.run(release("counter"), board.file());
        StartException failed = assertThrows(StartException.class, () -> Rehearsal.run(release("refuser"), board.file()));
        assertEquals("thimble_selftest: the self-test returned -16 (IO)", failed.getMessage());
    }

    @Test
    void workFromOutsideRunsOnTheCellsThreadAndItsFailureComesBack() {
        CompletableFuture<Integer> done = supervisor.submit(() -> 42);
        CompletableFuture<Object> failed = supervisor.submit(() -> {
            throw new IllegalStateException("no");
        });
        assertFalse(done.isDone());
        supervisor.turn();
        assertEquals(42, done.join());
        ExecutionException e = assertThrows(ExecutionException.class, failed::get);
        assertInstanceOf(IllegalStateException.class, e.getCause());
    }
}
