package dev.thimble.agent.update;

import dev.thimble.agent.cell.Cell;
import dev.thimble.agent.cell.CellEnvironment;
import dev.thimble.agent.cell.CellListener;
import dev.thimble.agent.cell.Release;
import dev.thimble.agent.cell.RestartPolicy;
import dev.thimble.agent.cell.Supervisor;
import dev.thimble.agent.convention.Conventions;
import dev.thimble.agent.port.FileKeyValueStore;
import dev.thimble.agent.port.LogRing;
import dev.thimble.agent.port.MetricTable;
import dev.thimble.agent.port.ModuleMessages;
import dev.thimble.agent.port.Topics;
import dev.thimble.agent.recording.Recordings;
import dev.thimble.agent.shadow.CopiedStore;
import dev.thimble.agent.shadow.HeldClock;
import dev.thimble.agent.shadow.SilentLink;
import dev.thimble.agent.shadow.TapedBoard;
import dev.thimble.agent.shadow.TapedPublisher;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.host.CellPorts;
import dev.thimble.hal.host.CellResources;
import dev.thimble.hal.host.Inbox;
import dev.thimble.hal.host.SharedInputs;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.RateLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Makes and finds cells. One cell per module name, made when its first release is swapped in; it keeps its store, log
 * and open devices over all its releases. Used on the cells' thread only.
 *
 * @param inboxEvents events that may wait for one module
 */
public record Modules(Supervisor supervisor, Clock clock, TapedBoard board, SharedInputs inputs, MqttLink link, Topics topics,
                      CellPorts.Random random, Path stores, RestartPolicy restartPolicy, int inboxEvents,
                      CellListener listener, Conventions conventions, Recordings recordings) {
    private static final int INBOX_MESSAGE_BYTES = 16 << 10;

    /** The cell of a module, made when there is none. */
    public Cell cell(String module) {
        Cell cell = supervisor.cell(module);
        if (cell == null) {
            cell = make(module);
            supervisor.add(cell);
        }
        return cell;
    }

    /** Ends a module for good; its keys and values stay. */
    public void retire(String module) {
        Cell cell = supervisor.cell(module);
        if (cell != null) {
            supervisor.remove(cell);
        }
    }

    private Cell make(String module) {
        Inbox inbox = new Inbox(inboxEvents, INBOX_MESSAGE_BYTES, clock, supervisor::wake);
        FileKeyValueStore store;
        try {
            store = FileKeyValueStore.open(stores.resolve(module + ".kv"));
        } catch (IOException e) {
            throw new UncheckedIOException("the store of module " + module + " cannot be opened: " + e.getMessage(), e);
        }
        // Topics have rates of their own in the grant; this one only keeps a module from crowding out the others.
        ModuleMessages messages = new ModuleMessages(link, new TapedPublisher(
            conventions.listening(link.publisher(module, RateLimit.UNLIMITED)), board.tape()), topics, module, inbox);
        CellEnvironment environment = new CellEnvironment(clock, new CellResources(inputs, inbox, clock), random,
            new LogRing(module, clock), store, messages, new MetricTable(), restartPolicy);
        Cell cell = new Cell(module, environment, listener);
        recordings.watch(cell);
        return cell;
    }

    /** Lets a release follow the one that runs, with everything that it does going nowhere. One at a time on a device. */
    public void follow(String module, Release candidate) {
        Cell cell = cell(module);
        CellEnvironment real = cell.environment();
        HeldClock held = new HeldClock(clock);
        Inbox inbox = new Inbox(1, INBOX_MESSAGE_BYTES, held, () -> {});
        SilentLink silent = new SilentLink(link, board.tape());
        ModuleMessages messages = new ModuleMessages(silent, silent.publisher(module, RateLimit.UNLIMITED), topics, module, inbox);
        cell.follow(candidate.withoutFiles(), new CellEnvironment(held, real.resources().likeness(new SharedInputs(board.mirror()), inbox),
            random, new LogRing(module + " in shadow", clock), new CopiedStore(real.store()), messages, new MetricTable(),
            restartPolicy), board.tape(), held);
    }
}
