package dev.thimble.agent.cell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.thimble.agent.Modules;
import dev.thimble.agent.port.FileKeyValueStore;
import dev.thimble.agent.port.LogRing;
import dev.thimble.agent.port.MetricTable;
import dev.thimble.agent.port.ModuleMessages;
import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.GpioMode;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.hal.grant.Quotas;
import dev.thimble.hal.grant.SafeLevel;
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
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells that wait, and cells that take more than one turn, beside others on one event loop. */
class WaitingTest {
    private static final long MILLI = 1_000_000;
    private static final long FUEL = 100_000_000;
    private static final int SLEEP = 2;
    private static final int COMPUTE = 3;

    @TempDir Path folder;
    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
    private final Supervisor supervisor = new Supervisor(clock, Supervisor.Idle.system());
    private final List<Incident> incidents = new ArrayList<>();
    private final List<FileKeyValueStore> stores = new ArrayList<>();
    private MqttLink link;

    @BeforeEach
    void open() {
        link = PahoLink.create(LinkOptions.builder("tcp://127.0.0.1:1", "waiting").build());
    }

    @AfterEach
    void close() throws Exception {
        supervisor.close();
        link.close();
        for (FileKeyValueStore store : stores) {
            store.close();
        }
    }

    private Cell cell(String name, String module) throws IOException {
        Inbox inbox = new Inbox(4, 2048, clock, supervisor::wake);
        FileKeyValueStore store = FileKeyValueStore.open(folder.resolve(name));
        stores.add(store);
        RestartPolicy policy = new RestartPolicy(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(5));
        Cell cell = new Cell(name, new CellEnvironment(clock, new CellResources(new SharedInputs(board), inbox, clock),
            (into, offset, length) -> { }, new LogRing(name, clock), store,
            new ModuleMessages(link, link.publisher(name, RateLimit.UNLIMITED), new Topics("t", "d"), name, inbox),
            new MetricTable(), policy), (failed, incident) -> incidents.add(incident));
        supervisor.add(cell);
        cell.start(release(module, FUEL), null, Reason.COLD);
        return cell;
    }

    private static Release release(String module, long fuel) {
        Map<String, GrantedDevice> led = Map.of("led", GrantedDevice.gpio("led", "GPIO17", SafeLevel.INACTIVE, GpioMode.OUT));
        Grant grant = new Grant(led, List.of(new TopicRule("#", 0)), List.of(), new Quotas(0, 0, 60, 60, 2, fuel));
        return new Release(module, Modules.parse(module), grant, Map.of(), 100 * MILLI, 100, List.of(1), List.of());
    }

    private void run(long millis) {
        for (long i = 0; i < millis; i++) {
            clock.advance(MILLI);
            settle();
        }
    }

    /** @return how many turns it took until nothing was left to do */
    private int settle() {
        int turns = 1;
        while (supervisor.turn() == 0) {
            turns++;
        }
        return turns;
    }

    private void post(Cell cell, int value) {
        cell.post(EventKind.LINK_STATE, 0, value, clock.nanos());
    }

    private long published(String name) {
        return link.statistics().publishers().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow().accepted();
    }

    private static int state(Cell cell) {
        byte[] state = cell.save().state();
        return state[0] & 0xFF | (state[1] & 0xFF) << 8;
    }

    private static List<String> log(Cell cell) {
        return cell.environment().log().last(20).stream().map(line -> line.text()).toList();
    }

    @Test
    void aProgramWaitsForEventsAndTimeoutsBesideCallbacks() throws Exception {
        Cell program = cell("program", "waiter");
        Cell callbacks = cell("callbacks", "counter");
        run(600);
        assertEquals(2, published("program"), "after 250 and 500 ms it has waited in vain");
        assertEquals(6, callbacks.record().ticks(), "nobody else has waited");
        post(program, 7);
        post(program, 8);
        run(1);
        assertEquals(2, state(program));
        assertEquals(2 + 4, published("program"));
        assertEquals(4, program.record().ticks(), "two in vain, two with an event");
        run(248);
        assertEquals(2 + 4, published("program"), "the last event began a new wait");
        run(2);
        assertEquals(2 + 5, published("program"));
        assertEquals(List.of(), incidents);
    }

    @Test
    void eventsDuringADelayAreQueuedAndTheLossOfOthersIsTold() throws Exception {
        Cell program = cell("program", "waiter");
        post(program, SLEEP);
        run(1);
        assertEquals(2, published("program"), "it sleeps");
        for (int i = 0; i < 7; i++) {
            post(program, 5);
        }
        run(18);
        assertEquals(2, published("program"));
        run(2);
        assertEquals(2 + 1 + 2 * (4 + 1), published("program"), "awake; four events, and one for those lost");
        assertEquals(1 + 4 + 1, state(program));
    }

    @Test
    void aLongComputationTakesManyTurnsAndNeighboursHaveTheirs() throws Exception {
        Cell busy = cell("busy", "waiter");
        Cell callbacks = cell("callbacks", "dozer");
        clock.advance(MILLI);
        settle();
        post(busy, COMPUTE);
        supervisor.turn();
        supervisor.turn();
        assertEquals(2, published("busy"), "it computes");
        post(callbacks, 1);
        supervisor.turn();
        assertEquals(1, published("callbacks"), "at once, not when the other is done");
        assertEquals(2, published("busy"));
        int turns = settle();
        assertEquals(3, published("busy"));
        assertTrue(turns > 2, turns + " turns");
        assertEquals(0, busy.record().overruns());
    }

    @Test
    void callbacksMayTakeTheirTimeToo() throws Exception {
        Cell callbacks = cell("callbacks", "dozer");
        Cell neighbour = cell("neighbour", "counter");
        run(90);
        post(callbacks, SLEEP);
        post(callbacks, 1);
        run(19);
        assertEquals(0, published("callbacks"), "asleep; its tick and its next event wait");
        assertEquals(1, neighbour.record().ticks());
        run(2);
        assertEquals(3, published("callbacks"));
        post(callbacks, COMPUTE);
        supervisor.turn();
        assertEquals(3, published("callbacks"));
        settle();
        assertEquals(4, published("callbacks"));
    }

    @Test
    void whatNeedsMoreThanTheFuelOfAnEventIsStopped() throws Exception {
        Cell cell = cell("a", "waiter");
        cell.swap(release("waiter", 500_000));
        post(cell, COMPUTE);
        run(1);
        assertFalse(cell.isRunning());
        assertEquals("out of fuel", incidents.getFirst().kind());
        assertEquals("_start", incidents.getFirst().during());
        assertTrue(incidents.getFirst().where().startsWith("compute at 0x"), incidents.getFirst().where());
        assertEquals(2, incidents.getFirst().trace().size(), "called from _start");
        assertEquals(List.of("-1 ms link down"), incidents.getFirst().events());
        assertEquals(1, cell.record().overruns());
        run(250);
        assertTrue(cell.isRunning());
        run(251);
        assertEquals(1, cell.record().ticks(), "it waits again");
    }

    @Test
    void aSwapStopsAProgramWhereItWaitsAndHandsOverItsState() throws Exception {
        Cell cell = cell("a", "waiter");
        post(cell, 1);
        post(cell, 1);
        run(3);
        assertEquals("took over 4 bytes of state, schema 1", cell.swap(release("waiter", FUEL)).note());
        post(cell, 1);
        run(1);
        assertEquals(3, state(cell));
        assertEquals("took over 4 bytes of state, schema 1", cell.swap(release("counter", FUEL)).note());
        run(100);
        assertEquals(4, state(cell), "the callbacks go on from there");
        assertEquals(List.of(), incidents);
    }

    @Test
    void aSwapBetweenProgramsLeavesAnOutputAtItsLevel() throws Exception {
        Cell cell = cell("a", "holder");
        assertEquals(1, board.pin("GPIO17").level());
        List<Integer> levels = new ArrayList<>();
        board.pin("GPIO17").listen((pin, level, at) -> levels.add(level));
        cell.swap(release("holder", FUEL));
        run(10);
        assertEquals(List.of(), levels);
        cell.stop(Reason.COLD);
        assertEquals(List.of(0), levels, "safe");
    }

    @Test
    void aSwapFindsTheEndOfAnEventFirst() throws Exception {
        Cell cell = cell("a", "dozer");
        post(cell, COMPUTE);
        supervisor.turn();
        assertEquals(0, published("a"), "in the middle");
        assertArrayEquals(new byte[] {COMPUTE, 0, 0, 0}, cell.swap(release("dozer", FUEL)).snapshot().state());
        post(cell, SLEEP);
        supervisor.turn();
        assertArrayEquals(new byte[] {SLEEP, 0, 0, 0}, cell.swap(release("dozer", FUEL)).snapshot().state());
        assertEquals(2, published("a"));
        post(cell, 4);
        supervisor.turn();
        StartException refused = assertThrows(StartException.class, () -> cell.swap(release("counter", FUEL)));
        assertEquals("thimble_save: the module waits in the middle of thimble_event", refused.getMessage());
        run(60_001);
        assertEquals(4, state(cell), "undisturbed");
    }

    @Test
    void aTrapAfterAWaitRestartsTheProgram() throws Exception {
        Cell cell = cell("a", "waiter");
        post(cell, 1);
        post(cell, 13);
        run(1);
        assertFalse(cell.isRunning());
        Incident incident = incidents.getFirst();
        assertEquals("unreachable", incident.kind());
        assertEquals("_start", incident.during());
        assertEquals(2, incident.events().size(), incident.events().toString());
        post(cell, 1);
        run(201);
        assertTrue(cell.isRunning());
        assertEquals(1, state(cell), "from the beginning, with what came meanwhile");
    }

    @Test
    void aProgramMayEnd() throws Exception {
        Cell cell = cell("a", "waiter");
        post(cell, 99);
        run(1);
        long before = published("a");
        run(1_000);
        assertEquals(before, published("a"));
        assertTrue(cell.isRunning(), "there is nothing wrong with it");
        assertEquals(List.of(), incidents);
    }

    @Test
    void aWasiProgramPrintsIntoTheLogSleepsAndEnds() throws Exception {
        Cell cell = cell("a", "sleeper");
        Cell neighbour = cell("b", "counter");
        assertEquals(List.of("round 1"), log(cell));
        run(299);
        assertEquals(List.of("round 1"), log(cell));
        run(2);
        assertEquals(List.of("round 1", "round 2"), log(cell));
        run(600);
        assertEquals(List.of("round 1", "round 2", "round 3", "good bye"), log(cell).subList(0, 4));
        assertEquals(9, neighbour.record().ticks());
        assertEquals("exit code 3", incidents.getFirst().kind());
    }

    @Test
    void waitingAllocatesNothing() throws Exception {
        Cell program = cell("a", "waiter");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 20 && least > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 500; i++) {
                post(program, i % 50 == 0 ? SLEEP : 1);
                run(1);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least < 500, least + " bytes in 500 waits");
    }
}
