package dev.thimble.agent;

import dev.thimble.agent.cell.Cell;
import dev.thimble.agent.cell.Incident;
import dev.thimble.agent.cell.Supervisor;
import dev.thimble.agent.convention.Conventions;
import dev.thimble.agent.port.Topics;
import dev.thimble.agent.recording.Recordings;
import dev.thimble.agent.shadow.Tape;
import dev.thimble.agent.shadow.TapedBoard;
import dev.thimble.agent.update.Admission;
import dev.thimble.agent.update.Modules;
import dev.thimble.agent.update.UpdateThread;
import dev.thimble.agent.update.Updates;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.host.CellPorts;
import dev.thimble.hal.host.EventKind;
import dev.thimble.hal.host.SharedInputs;
import dev.thimble.mqtt.Announcement;
import dev.thimble.mqtt.LinkListener;
import dev.thimble.mqtt.LinkState;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.paho.PahoLink;
import dev.thimble.ota.KeyChain;
import dev.thimble.ota.UpdateShell;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.Settings;
import dev.thimble.ota.step.Updater;
import dev.thimble.ota.store.AuditLog;
import dev.thimble.ota.store.DamagedBlobException;
import dev.thimble.ota.store.DiskFileSystem;
import dev.thimble.ota.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.tinylog.Logger;

/**
 * A device: one board, one link, one updater, and a cell for each module. The board and everything about time come from
 * outside, so that the same agent runs on a real board, on a simulated one, and in tests.
 *
 * <p>Three threads: the cells' ({@link Supervisor}), the updates' ({@link UpdateThread}) and the link's. Messages from the
 * link are only handed on.
 */
public final class Agent implements AutoCloseable {
    private static final int OUTBOX_BYTES = 1 << 20;
    private static final int EVENT_LANE_BYTES = 512 << 10;
    /** A report names up to 64 modules, each with its reasons. */
    private static final int MAX_MESSAGE = 72 << 10;
    private static final long AUDIT_BYTES = 1 << 20;

    private final Topics topics;
    private final Clock clock;
    private final MqttLink link;
    private final Supervisor supervisor;
    private final UpdateThread updateThread;
    private final UpdateShell shell;
    private final Updates updates;
    private final Conventions conventions;
    private final Recordings recordings;

    /**
     * Opens store and outbox, and connects nothing yet.
     *
     * @throws IOException when the data folder cannot be used
     * @throws dev.thimble.ota.trust.RefusedSignatureException when the key set is not one to trust
     */
    public Agent(AgentOptions options, Board board, Clock clock, Supervisor.Idle idle, CellPorts.Random random)
        throws IOException {
        this.topics = options.topics();
        this.clock = clock;
        DiskFileSystem files = new DiskFileSystem(options.data().resolve("modules"));
        Store store = Store.open(files, options.flashQuota());
        var trust = KeyChain.open(store, options.trusted(), options.development());
        Birth birth = new Birth(topics.device(), options.development(), options.flashQuota());
        link = PahoLink.create(options.link()
            .outbox(outbox(options.data().resolve("outbox")))
            .will(Announcement.retained(topics.online(), "offline"))
            .birth(() -> announcements(birth))
            .build());
        conventions = new Conventions(options.conventions(), options.link(), link, topics, board.file().name(), Birth.VERSION, clock,
            this::manifest);
        supervisor = new Supervisor(clock, idle);
        updateThread = new UpdateThread(this::tick);
        TapedBoard taped = TapedBoard.over(board, new Tape());
        recordings = new Recordings(options.recording(), options.data(), topics.device(), clock);
        Modules modules = new Modules(supervisor, clock, taped, new SharedInputs(taped), link, topics, random,
            options.data().resolve("storage"), options.restartPolicy(), options.inboxEvents(), this::failed, conventions, recordings);
        updates = new Updates(link, topics, new Admission(options.grants()), modules, board.file(), clock, updateThread::put);
        Settings settings = new Settings(topics.device(), Set.of(), options.development(), 8, 0, 3, 3, options.timing());
        AuditLog log = AuditLog.open(files, AUDIT_BYTES);
        shell = new UpdateShell(new Updater(settings), store, log, trust, updates);
        updates.attach(shell);
        subscribe(new Commands(topics, link, shell, supervisor, log, recordings));
    }

    private List<Announcement> announcements(Birth birth) {
        List<Announcement> all = new ArrayList<>();
        all.add(Announcement.retained(topics.online(), "online"));
        all.add(Announcement.retained(topics.birth(), birth.json(shell.trust().root().version())));
        all.addAll(conventions.birth());
        return all;
    }

    /** On the updates' thread, as everything of the shell's. */
    private Manifest manifest(Digest digest) {
        try {
            return shell.manifest(digest);
        } catch (IOException | DamagedBlobException e) {
            return null;
        }
    }

    private OutboxOptions outbox(Path folder) {
        return OutboxOptions.onDisk(folder, OUTBOX_BYTES).withMaxMessage(MAX_MESSAGE).withLanes(
            new OutboxOptions.Lane("events", topics.event(), EVENT_LANE_BYTES, OutboxOptions.WhenFull.REFUSE_NEWEST),
            new OutboxOptions.Lane("readings", "#", OUTBOX_BYTES, OutboxOptions.WhenFull.DROP_OLDEST));
    }

    private void subscribe(Commands commands) {
        link.subscribe(topics.desired(), 1, message -> {
            if (message.payload().length > 0) {
                updateThread.offer(() -> shell.desired(message.payload()));
            }
        });
        link.subscribe(topics.block("+", "+"), 1, message -> updateThread.offer(() -> updates.chunk(message)));
        link.subscribe(topics.keys("root/+"), 1, message -> updateThread.offer(() -> shell.root(message.payload())));
        link.subscribe(topics.keys("timestamp"), 1, message -> updateThread.offer(() -> shell.timestamp(message.payload())));
        link.subscribe(topics.command("+"), 1, message -> updateThread.offer(() -> commands.answer(message)));
        link.listen(new LinkListener() {
            @Override
            public void onState(LinkState state, String reason) {
                linkChanged(state, reason);
            }

            @Override
            public void onLost(String lane, LossReason reason, long count) {
                Logger.warn("{} messages of lane {} lost: {}", count, lane, reason);
            }

            @Override
            public void onSubscriptionRefused(String filter, String reason) {
                Logger.error("the broker refused the subscription {}: {}", filter, reason);
            }

            @Override
            public void onHandlerFailed(String topic, RuntimeException failure) {
                Logger.error(failure, "handling a message on {} failed", topic);
            }
        });
    }

    /** Starts the threads, runs what was committed before, and begins to connect. */
    public void start() {
        updateThread.put(() -> shell.start(clock.nanos() / 1_000_000, clock.epochMillis() / 1000));
        supervisor.start();
        updateThread.start();
        link.start();
        conventions.start();
    }

    /** The cells, for tests and the simulator. */
    public Supervisor supervisor() {
        return supervisor;
    }

    public MqttLink link() {
        return link;
    }

    private void tick() {
        updates.tick();
        if (recordings.isRunning()) {
            supervisor.submit(() -> {
                recordings.look();
                return null;
            });
        }
    }

    private void linkChanged(LinkState state, String reason) {
        boolean up = state == LinkState.ONLINE;
        Logger.info("link {}{}", state.name().toLowerCase(Locale.ROOT), reason == null || reason.isEmpty() ? "" : ": " + reason);
        updateThread.put(() -> shell.on(new Event.Link(up)));
        supervisor.submit(() -> {
            supervisor.cells().forEach(cell -> cell.post(EventKind.LINK_STATE, 0, up ? 1 : 0, clock.nanos()));
            return null;
        });
    }

    private void failed(Cell cell, Incident incident) {
        byte[] json = Json.of(incident).getBytes(StandardCharsets.UTF_8);
        link.publish(topics.incident(), json, 1, false);
    }

    /** Stops modules in order, then the updater, then says farewell to the broker. */
    @Override
    public void close() {
        supervisor.close();
        updateThread.close();
        conventions.close();
        link.close();
    }
}
