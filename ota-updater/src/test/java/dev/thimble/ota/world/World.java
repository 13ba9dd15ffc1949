package dev.thimble.ota.world;

import dev.thimble.ota.KeyChain;
import dev.thimble.ota.UpdateHost;
import dev.thimble.ota.UpdateShell;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.step.Action;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.Health;
import dev.thimble.ota.step.Release;
import dev.thimble.ota.step.Settings;
import dev.thimble.ota.step.Updater;
import dev.thimble.ota.store.AuditLog;
import dev.thimble.ota.store.AuditRecord;
import dev.thimble.ota.store.FileSystem;
import dev.thimble.ota.store.Store;
import dev.thimble.ota.trust.Trust;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;

/**
 * One device with everything real from the shell down to the disk, and around it a scripted hardware
 * edge: an operator's side that answers requests, and cells that run, trap or hang as told.
 */
public final class World implements UpdateHost {
    public static final long NOON = 1_800_000_000L;

    private static final Map<Digest, Trust> TRUST = new HashMap<>();
    private static final Map<Digest, Map<Digest, List<byte[]>>> MESSAGES = new HashMap<>();

    public final UpdateShell shell;
    public final Store store;
    public final AuditLog log;
    /** What runs, by module: the manifest digest, as a board would see it. */
    public final Map<String, Digest> running = new TreeMap<>();
    /** The state that each module was last started with. */
    public final Map<String, byte[]> startedWith = new HashMap<>();
    public final List<AuditRecord> audits = new ArrayList<>();
    public final List<Action.Outward> performed = new ArrayList<>();
    public final Set<Digest> trapping = new HashSet<>();
    public final Set<Digest> failingStage = new HashSet<>();
    public final List<Event.Refusal> refusals = new ArrayList<>();
    /** The settings that each module runs with. */
    public final Map<String, Map<String, String>> settings = new TreeMap<>();
    public final Map<String, Digest> runsWith = new TreeMap<>();
    public boolean answersRequests = true;
    /** Cells that are busy: swaps wait until this is false again, or until a Restore withdraws them. */
    public boolean holdsSwaps;
    private final Queue<Action.Swap> held = new ArrayDeque<>();
    public Reported reported;
    /** What the host has been shown of the module that is arriving. */
    public final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    public String objection;
    private final Map<Digest, List<byte[]>> shelf = new HashMap<>();
    private final Queue<Runnable> due = new ArrayDeque<>();
    private final Map<String, Digest> watched = new HashMap<>();
    /** Far below zero, where a real clock may well begin. */
    private long mono = -5_000_000_000L;
    public long wall = NOON;

    public World(FileSystem disk, Settings settings, SignedModule... onShelf) throws IOException {
        store = Store.open(disk, 1 << 20);
        log = AuditLog.open(disk, 4 << 10);
        for (SignedModule module : onShelf) {
            offer(module);
        }
        shell = new UpdateShell(new Updater(settings), store, log,
                trust(store, settings), this);
    }

    /** Thousands of worlds begin with the same key sets on disk; their signatures are checked once. */
    private static Trust trust(Store store, Settings settings) throws IOException {
        MessageDigest sha = Digest.sha256();
        store.keySets().forEach(sha::update);
        Digest chain = Digest.finish(sha);
        Trust known = store.keySets().isEmpty() ? null : TRUST.get(chain);
        if (known == null) {
            known = KeyChain.open(store, Keys.SHARED.firstRoot(), settings.development());
            TRUST.put(chain, known);
        }
        return known;
    }

    public void offer(SignedModule module) {
        shelf.putAll(MESSAGES.computeIfAbsent(module.digest(), _ -> module.messages()));
    }

    /** The message that the operator's side would send. */
    public Map<Digest, List<byte[]>> shelf() {
        return shelf;
    }

    public World start() {
        shell.start(mono, wall);
        shell.on(new Event.Link(true));
        return this;
    }

    /** Delivers everything that is due and lets seconds pass, one by one. */
    public World run(int seconds) {
        return run(seconds, 1);
    }

    public World run(int ticks, int secondsEach) {
        drain();
        for (int s = 0; s < ticks; s++) {
            mono += 1000L * secondsEach;
            wall += secondsEach;
            shell.tick(mono, wall);
            drain();
            Map.copyOf(watched).forEach((module, digest) -> {
                Health health = trapping.contains(digest) || settings.get(module).containsKey("trap")
                        ? new Health(1, 1, 0, Set.of())
                        : new Health(5, 0, 0, Set.of("reading"));
                shell.on(new Event.Observed(module, digest, health));
            });
            drain();
        }
        return this;
    }

    public void drain() {
        for (Runnable next = due.poll(); next != null; next = due.poll()) {
            next.run();
        }
    }

    public Phase phase(String module) {
        return shell.state().phase(module);
    }

    @Override
    public List<Event.Refusal> preflight(Manifest manifest) {
        return List.copyOf(refusals);
    }

    @Override
    public String arrived(String module, Manifest manifest, int offset, byte[] bytes) {
        if (offset == 0) {
            seen.reset();
        }
        if (offset != seen.size()) {
            throw new AssertionError("a gap before offset " + offset);
        }
        seen.writeBytes(bytes);
        return offset > 1000 ? objection : null;
    }

    @Override
    public void audited(AuditRecord record) {
        audits.add(record);
    }

    @Override
    public void perform(Action.Outward action) {
        performed.add(action);
        switch (action) {
            case Action.RequestManifest a -> later(() -> send(a.manifest(), 0));
            case Action.RequestChunks a -> later(() -> {
                for (int chunk : a.chunks().toArray()) {
                    send(a.payload(), chunk);
                }
            });
            case Action.Stage a -> later(() -> shell.on(failingStage.contains(a.digest())
                    ? new Event.Failed(a.module(), a.digest(), Phase.STAGE, ErrorClass.PERMANENT, "the self-test returned 1")
                    : new Event.Staged(a.module(), a.digest())));
            case Action.Shadow a -> later(() -> shell.on(new Event.Shadowed(a.module(), a.digest(), "shadow of 3 ticks")));
            case Action.Swap a -> {
                if (holdsSwaps) {
                    held.add(a);
                } else {
                    later(() -> swap(a));
                }
            }
            case Action.Start a -> run(a.module(), a.release(), a.snapshot(), a.trial());
            case Action.Restore a -> {
                if (held.removeIf(swap -> swap.module().equals(a.module()))) {
                    later(() -> shell.on(new Event.Running(a.module())));
                } else {
                    run(a.module(), a.release(), a.snapshot(), false);
                }
            }
            case Action.Retire a -> {
                running.remove(a.module());
                watched.remove(a.module());
            }
            case Action.Report a -> reported = a.reported();
            case Action.OpenTransfer _, Action.CloseTransfer _ -> { }
        }
    }

    private void later(Runnable answer) {
        due.add(answer);
    }

    private void send(Digest name, int chunk) {
        if (answersRequests && shelf.containsKey(name)) {
            shell.chunk(name, chunk, shelf.get(name).get(chunk), false);
        }
    }

    /** The cells are free again and do what waited. */
    public void doHeldSwaps() {
        holdsSwaps = false;
        for (Action.Swap next = held.poll(); next != null; next = held.poll()) {
            swap(next);
        }
    }

    private void swap(Action.Swap a) {
        load(a.release());
        Digest old = running.put(a.module(), a.digest());
        byte[] state = old == null ? null : ("state of " + old.brief()).getBytes();
        startedWith.put(a.module(), state);
        watched.put(a.module(), a.digest());
        shell.swapped(a.module(), a.digest(), state);
    }

    private void run(String module, Release release, Digest snapshot, boolean trial) {
        watched.remove(module);
        if (release == null) {
            running.remove(module);
        } else {
            load(release);
            running.put(module, release.manifest());
            startedWith.put(module, shell.snapshot(snapshot));
            if (trial) {
                watched.put(module, release.manifest());
            }
        }
        later(() -> shell.on(new Event.Running(module)));
    }

    /** A cell can only run what is whole. */
    private void load(Release release) {
        try {
            String module = shell.load(release.manifest()).manifest().module();
            settings.put(module, shell.settings(release.settings()));
            runsWith.put(module, release.settings());
        } catch (Exception e) {
            throw new AssertionError("the updater wants to run a release that is not whole", e);
        }
    }
}
