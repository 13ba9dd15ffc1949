package dev.thimble.agent.update;

import dev.thimble.agent.cell.Cell;
import dev.thimble.agent.cell.Reason;
import dev.thimble.agent.cell.Rehearsal;
import dev.thimble.agent.cell.Release;
import dev.thimble.agent.cell.Snapshot;
import dev.thimble.agent.cell.StartException;
import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.grant.RefusedException;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.mqtt.Subscription;
import dev.thimble.ota.UpdateHost;
import dev.thimble.ota.UpdateShell;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Get;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.step.Action;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.Health;
import dev.thimble.ota.store.AuditRecord;
import dev.thimble.ota.store.DamagedBlobException;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.MalformedModuleException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tinylog.Logger;

/**
 * What the updater's decisions mean on this device: which topic a request goes to, how a release becomes a cell, what a
 * candidate's health is. Everything here runs on the updates' thread; work on cells is handed to theirs and its outcome
 * comes back as an event.
 */
public final class Updates implements UpdateHost {
    /** Releases kept ready between their stage and their swap. */
    private static final int PREPARED = 4;

    /** A module's assigned release that cannot be used; {@code kind} says whether trying again may help. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;
        final ErrorClass kind;

        Unusable(ErrorClass kind, String message) {
            super(message);
            this.kind = kind;
        }
    }

    /** A swap on its way to the cells' thread. Until it begins there, a roll-back can withdraw it. */
    private static final class Exchange {
        private final AtomicBoolean decided = new AtomicBoolean();
        /** What the replaced release handed over; written and read on the cells' thread. */
        private Snapshot snapshot;

        /** Whoever comes first decides: the swap that begins, or the roll-back that withdraws it. */
        boolean decide() {
            return decided.compareAndSet(false, true);
        }
    }

    /** A module whose binary is arriving, decoded and validated as far as it is here. */
    private record Arriving(Digest blob, WasmModule.Decoder decoder) {}

    private final MqttLink link;
    private final Topics topics;
    private final Admission admission;
    private final Modules modules;
    private final BoardFile board;
    private final Clock clock;
    private final Consumer<Runnable> thread;
    private final Map<dev.thimble.ota.step.Release, Release> prepared = new HashMap<>();
    private final Map<Digest, Subscription> transfers = new HashMap<>();
    /** Modules on probation with the release that is being watched. */
    private final Map<String, Manifest> watched = new HashMap<>();
    private final Map<String, Digest> watchedDigests = new HashMap<>();
    private final Map<String, Exchange> exchanges = new HashMap<>();
    private final Map<String, Arriving> arriving = new HashMap<>();
    private final Shadows shadows;
    private UpdateShell shell;

    /** @param thread hands work to the updates' thread */
    public Updates(MqttLink link, Topics topics, Admission admission, Modules modules, BoardFile board, Clock clock,
                   Consumer<Runnable> thread) {
        this.link = link;
        this.topics = topics;
        this.admission = admission;
        this.modules = modules;
        this.board = board;
        this.clock = clock;
        this.thread = thread;
        shadows = new Shadows(this, modules);
    }

    UpdateShell shell() {
        return shell;
    }

    /** To be called once before anything else: shell and host know each other. */
    public void attach(UpdateShell updateShell) {
        shell = updateShell;
    }

    /** Lets time pass and looks after candidates; a few times a second. */
    public void tick() {
        shell.tick(clock.nanos() / 1_000_000, clock.epochMillis() / 1000);
        watched.keySet().forEach(this::observe);
        shadows.turn();
        modules.conventions().turn();
    }

    @Override
    public List<Event.Refusal> preflight(Manifest manifest) {
        return admission.refusals(manifest);
    }

    @Override
    public String arrived(String module, Manifest manifest, int offset, byte[] bytes) {
        if (offset == 0) {
            arriving.put(module, new Arriving(manifest.blob(), WasmModule.decoder(Limits.DEFAULT)));
        }
        Arriving download = arriving.get(module);
        if (download == null || !download.blob().equals(manifest.blob())) {
            return null;
        }
        try {
            download.decoder().feed(bytes, 0, bytes.length);
            if (offset + bytes.length == manifest.size()) {
                arriving.remove(module);
                download.decoder().finish();
            }
            return null;
        } catch (MalformedModuleException | InvalidModuleException e) {
            arriving.remove(module);
            return "module " + module + ": " + e.getMessage();
        }
    }

    @Override
    public void perform(Action.Outward action) {
        switch (action) {
            case Action.RequestManifest a -> ask(Get.manifest(a.manifest()));
            case Action.RequestChunks a -> ask(new Get(a.payload(), a.chunks()));
            case Action.OpenTransfer a -> openTransfer(a.payload());
            case Action.CloseTransfer a -> closeTransfer(a.payload());
            case Action.Stage a -> stage(a);
            case Action.Shadow a -> shadows.request(a.module(), a.release(), a.manifest());
            case Action.Swap a -> swap(a);
            case Action.Start a -> start(a);
            case Action.Restore a -> restore(a);
            case Action.Retire a -> retire(a.module());
            case Action.Report a -> {
                link.publish(topics.reported(), a.reported().encode(), 1, true);
                modules.conventions().reported(a.reported());
            }
        }
    }

    @Override
    public void audited(AuditRecord record) {
        Logger.info("update{}: {}", record.module().isEmpty() ? "" : " of " + record.module(), record.what());
        link.publish(topics.event(), record.encode(), 1, false);
    }

    private void ask(Get get) {
        link.publish(topics.get(), get.encode(), 1, false);
    }

    /** Chunks for this device alone come through a standing subscription; a carousel is listened to only while it helps. */
    private void openTransfer(Digest payload) {
        transfers.computeIfAbsent(payload, name -> link.subscribe(topics.carousel(name.toString(), "+"), 0, message -> {
            int number = Topics.blockOf(message.topic()).number();
            thread.accept(() -> shell.chunk(name, number, message.payload(), true));
        }));
    }

    private void closeTransfer(Digest payload) {
        Subscription subscription = transfers.remove(payload);
        if (subscription != null) {
            subscription.close();
        }
    }

    /** A chunk or a manifest for this device alone: {@code …/dn/blk/<digest>/<number>}. */
    public void chunk(ReceivedMessage message) {
        Topics.Block block = Topics.blockOf(message.topic());
        Digest name;
        try {
            name = Digest.parse(block.blob());
        } catch (IllegalArgumentException e) {
            Logger.warn("{}: not the topic of a chunk: {}", message.topic(), e.getMessage());
            return;
        }
        shell.chunk(name, block.number(), message.payload(), false);
    }

    private void stage(Action.Stage a) {
        try {
            Release release = prepare(a.module(), a.release());
            Rehearsal.run(release, board);
            shell.on(new Event.Staged(a.module(), a.digest()));
        } catch (Unusable e) {
            shell.on(new Event.Failed(a.module(), a.digest(), Phase.STAGE, e.kind, e.getMessage()));
        } catch (StartException e) {
            shell.on(new Event.Failed(a.module(), a.digest(), Phase.STAGE, ErrorClass.PERMANENT, e.getMessage()));
        }
    }

    private void swap(Action.Swap a) {
        try {
            Release release = prepare(a.module(), a.release());
            Exchange exchange = new Exchange();
            exchanges.put(a.module(), exchange);
            onCells(() -> {
                if (!exchange.decide()) {
                    return null;
                }
                Cell.Swap swap = modules.cell(a.module()).swap(release);
                exchange.snapshot = swap.snapshot();
                return swap;
            }, swapped -> {
                if (swapped == null) {
                    return;
                }
                if (!swapped.note().isEmpty()) {
                    Logger.info("{} {} {}", a.module(), release.version(), swapped.note());
                }
                watch(a.module(), a.digest(), a.manifest());
                shell.swapped(a.module(), a.digest(), SnapshotForm.encode(swapped.snapshot()));
            }, fault -> shell.on(new Event.Failed(a.module(), a.digest(), Phase.SWAP, kindOf(fault), fault.getMessage())));
        } catch (Unusable e) {
            shell.on(new Event.Failed(a.module(), a.digest(), Phase.SWAP, e.kind, e.getMessage()));
        }
    }

    private void start(Action.Start a) {
        Digest digest = a.release().manifest();
        Phase phase = shell.state().phase(a.module());
        try {
            Release release = prepare(a.module(), a.release());
            Snapshot from = SnapshotForm.decode(shell.snapshot(a.snapshot()));
            if (!a.trial()) {
                runAgain(a.module(), release, () -> from, Reason.COLD);
                return;
            }
            Manifest manifest = shell.load(digest).manifest();
            onCells(() -> modules.cell(a.module()).start(release, from, Reason.UPDATE), note -> {
                watch(a.module(), digest, manifest);
                shell.on(new Event.Running(a.module()));
            }, fault -> shell.on(new Event.Failed(a.module(), digest, phase, kindOf(fault), fault.getMessage())));
        } catch (Unusable e) {
            shell.on(new Event.Failed(a.module(), digest, phase, e.kind, e.getMessage()));
        } catch (IOException | DamagedBlobException e) {
            shell.on(new Event.Failed(a.module(), digest, phase, ErrorClass.PERMANENT, e.getMessage()));
        }
    }

    private void restore(Action.Restore a) {
        unwatch(a.module());
        Exchange exchange = exchanges.remove(a.module());
        if (exchange != null && exchange.decide()) {
            // The swap has not begun and never will: the release that is to come back still runs, with its state.
            shell.on(new Event.Running(a.module()));
            return;
        }
        if (a.release() == null) {
            onCells(() -> {
                modules.cell(a.module()).stop(Reason.ROLLBACK);
                return null;
            }, _ -> shell.on(new Event.Running(a.module())), fault -> Logger.error(fault));
            return;
        }
        try {
            Release release = prepare(a.module(), a.release());
            Snapshot saved = SnapshotForm.decode(shell.snapshot(a.snapshot()));
            // A swap that was reported too late has its snapshot here and not in the table.
            runAgain(a.module(), release, () -> saved == null && exchange != null ? exchange.snapshot : saved, Reason.ROLLBACK);
        } catch (Unusable e) {
            shell.on(new Event.Failed(a.module(), a.release().manifest(), shell.state().phase(a.module()), e.kind, e.getMessage()));
        }
    }

    /** Runs what has been proven; if it cannot start now, say for a missing sensor, the cell keeps trying. */
    private void runAgain(String module, Release release, Supplier<Snapshot> from, Reason reason) {
        onCells(() -> {
            modules.cell(module).startOrRetry(release, from.get(), reason);
            return null;
        }, _ -> shell.on(new Event.Running(module)), fault -> Logger.error(fault));
    }

    private void retire(String module) {
        unwatch(module);
        onCells(() -> {
            modules.retire(module);
            return null;
        }, _ -> Logger.info("{} retired", module), fault -> Logger.error(fault));
    }

    private void watch(String module, Digest digest, Manifest manifest) {
        watched.put(module, manifest);
        watchedDigests.put(module, digest);
    }

    private void unwatch(String module) {
        watched.remove(module);
        watchedDigests.remove(module);
    }

    private void observe(String module) {
        if (shell.state().phase(module) != Phase.PROBATION) {
            // Committed meanwhile; leave the map alone while it is being walked.
            thread.accept(() -> {
                unwatch(module);
                exchanges.remove(module);
            });
            return;
        }
        Manifest manifest = watched.get(module);
        Digest digest = watchedDigests.get(module);
        onCells(() -> modules.cell(module).record(), record -> {
            Set<String> outputs = new HashSet<>(manifest.health().requiredOutputs());
            record.missingOutputs().forEach(outputs::remove);
            shell.on(new Event.Observed(module, digest, new Health(record.ticks(), record.traps(), record.overruns(), outputs,
                record.fault())));
        }, fault -> Logger.error(fault));
    }

    /** Reads, parses and admits a release; everything that is slow about a swap. */
    Release prepare(String module, dev.thimble.ota.step.Release wanted) throws Unusable {
        Release ready = prepared.get(wanted);
        if (ready != null) {
            return ready;
        }
        try {
            UpdateShell.Loaded loaded = shell.load(wanted.manifest());
            WasmModule parsed = WasmModule.parse(loaded.wasm());
            Release release = admission.release(loaded.manifest(), parsed, shell.settings(wanted.settings()));
            if (prepared.size() >= PREPARED) {
                prepared.clear();
            }
            prepared.put(wanted, release);
            return release;
        } catch (MalformedModuleException | InvalidModuleException e) {
            throw new Unusable(ErrorClass.PERMANENT, "module " + module + ": " + e.getMessage());
        } catch (DamagedBlobException e) {
            // The flash has not kept it; the next attempt loads it again.
            throw new Unusable(ErrorClass.TRANSIENT, "module " + module + ": " + e.getMessage());
        } catch (RefusedException e) {
            throw new Unusable(ErrorClass.POLICY, e.getMessage());
        } catch (IOException e) {
            throw new Unusable(ErrorClass.TRANSIENT, "the disk cannot be read: " + e.getMessage());
        }
    }

    /** A device that is not there may come; code that traps will trap again. */
    static ErrorClass kindOf(Throwable fault) {
        return fault instanceof StartException e && e.getCause() == null ? ErrorClass.TRANSIENT : ErrorClass.PERMANENT;
    }

    <T> void onCells(Callable<T> work, Consumer<T> done, Consumer<Throwable> failed) {
        modules.supervisor().submit(work).whenComplete((result, fault) -> thread.accept(() -> {
            if (fault == null) {
                done.accept(result);
            } else {
                failed.accept(fault);
            }
        }));
    }
}
