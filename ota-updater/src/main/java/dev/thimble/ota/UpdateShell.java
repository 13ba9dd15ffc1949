package dev.thimble.ota;

import dev.thimble.ota.bundle.Bundle;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.content.MalformedPayloadException;
import dev.thimble.ota.document.Chunk;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.step.Action;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.Release;
import dev.thimble.ota.step.State;
import dev.thimble.ota.step.Step;
import dev.thimble.ota.step.Updater;
import dev.thimble.ota.store.AuditLog;
import dev.thimble.ota.store.DamagedBlobException;
import dev.thimble.ota.store.Part;
import dev.thimble.ota.store.Store;
import dev.thimble.ota.trust.RefusedSignatureException;
import dev.thimble.ota.trust.Trust;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * The thin shell around {@link Updater}: checks signatures and chunks, carries out the disk's actions
 * and hands the others to the {@link UpdateHost}.
 *
 * <p>Confined to one thread, which must not be the one that runs modules, since the disk may be slow.
 * Nothing that arrives from outside makes it throw: bad input ends in a report.
 */
public final class UpdateShell {
    private final Updater updater;
    private final Store store;
    private final AuditLog log;
    private final UpdateHost host;
    private final Queue<Event> events = new ArrayDeque<>();
    private final Map<Digest, Download> downloads = new HashMap<>();
    private final Set<Digest> awaitedManifests = new HashSet<>();
    /** Transfers in which a bad chunk came and was reported. */
    private final Set<Digest> spoiled = new HashSet<>();
    /** Snapshots that found no room on disk; they serve until the device restarts. */
    private final Map<Digest, byte[]> unsaved = new HashMap<>();
    private final Preflight preflight;
    /** Also read by the thread that says what the device is. */
    private volatile Trust trust;
    private State state;
    private boolean running;
    private long origin;
    private long junk;

    /** @param trust the newest key set of the device, as {@link KeyChain#open} finds it */
    public UpdateShell(Updater updater, Store store, AuditLog log, Trust trust, UpdateHost host) {
        this.updater = updater;
        this.store = store;
        this.log = log;
        this.trust = trust;
        this.host = host;
        this.preflight = new Preflight(store, host);
        this.state = State.recovered(store.table());
    }

    /**
     * To be called once, first: takes up what the disk says.
     *
     * @param mono milliseconds of a clock that never goes back, from any origin, even below zero
     * @param wall seconds since the epoch, as the device believes
     */
    public void start(long mono, long wall) {
        origin = mono - 1;
        tick(mono, wall);
        on(new Event.Booted());
        Digest desired = state.desired();
        if (desired != null) {
            try {
                Desired assignment = trust.desired(store.blob(desired));
                putSettings(assignment);
                on(new Event.Assigned(assignment, desired));
            } catch (IOException | DamagedBlobException | MalformedDocumentException | RefusedSignatureException e) {
                audit("", "the stored assignment is of no use, waiting for it to be delivered again: " + e.getMessage());
            }
        }
    }

    /** Lets time pass; a few times a second is enough, and once a second will do. */
    public void tick(long mono, long wall) {
        on(new Event.Tick(mono - origin, wall));
    }

    public State state() {
        return state;
    }

    public Trust trust() {
        return trust;
    }

    /** Messages from outside that were of no use, for the device's metrics. */
    public long junk() {
        return junk;
    }

    /** The retained assignment arrived. */
    public void desired(byte[] envelope) {
        try {
            Desired desired = trust.desired(envelope);
            Digest digest = Digest.ofContent(envelope);
            if (desired.generation() >= state.generation()) {
                store.putBlob(envelope);
                putSettings(desired);
            }
            on(new Event.Assigned(desired, digest));
        } catch (RefusedSignatureException e) {
            junk++;
            on(new Event.AssignmentRefused(Reported.SIGNATURE_REFUSED + e.getMessage()));
        } catch (MalformedDocumentException e) {
            junk++;
            on(new Event.AssignmentRefused(e.getMessage()));
        } catch (IOException e) {
            on(new Event.AssignmentRefused("the assignment could not be stored: " + e.getMessage()));
        }
    }

    /** Each module's settings are kept by their own digest, since a release keeps its own when assignments come and go. */
    private void putSettings(Desired desired) throws IOException {
        for (String module : desired.settings().keySet()) {
            byte[] encoded = desired.encodedSettings(module);
            if (encoded != null) {
                store.putBlob(encoded);
            }
        }
    }

    /** A key set arrived; it may be any of the chain, in any order of versions. @return whether it was taken */
    public boolean root(byte[] envelope) {
        try {
            Trust next = trust.advance(envelope, updater.settings().development());
            KeyChain.append(store, next);
            trust = next;
            audit("", "took key set " + next.root().version());
            return true;
        } catch (MalformedDocumentException | RefusedSignatureException | IOException e) {
            junk++;
            return false;
        }
    }

    /** The signed time arrived. */
    public void timestamp(byte[] envelope) {
        try {
            on(new Event.TimeTrusted(trust.timestamp(envelope)));
        } catch (MalformedDocumentException | RefusedSignatureException e) {
            junk++;
        }
    }

    /** A chunk, or a manifest, which travels as chunk 0 of its own digest. */
    public void chunk(Digest name, int number, byte[] message, boolean broadcast) {
        Download download = downloads.get(name);
        boolean manifest = awaitedManifests.contains(name);
        if (download == null && !manifest) {
            junk++;
            return;
        }
        try {
            Chunk chunk = Chunk.decode(message);
            if (manifest) {
                manifest(name, chunk.data());
            } else if (download.part.put(number, chunk)) {
                show(name, download);
                on(new Event.ChunkStored(name, number, broadcast));
            } else if (!chunk.belongsTo(download.part.payload(), number)) {
                spoiled(name, "chunk " + number + " of payload " + name.brief() + " does not fit the signed Merkle root");
            }
        } catch (MalformedDocumentException e) {
            spoiled(name, "chunk " + number + " of " + name.brief() + " is malformed: " + e.getMessage());
        } catch (IOException e) {
            failParts(name, "a chunk could not be written: " + e.getMessage());
        }
    }

    /** The operator hears of the first bad chunk of a transfer; the others are counted, or a flood would wear the flash. */
    private void spoiled(Digest name, String what) {
        junk++;
        if (spoiled.add(name)) {
            state.fetching(name).keySet().forEach(module -> audit(module, what + "; dropped, and asked for again"));
        }
    }

    private void manifest(Digest digest, byte[] envelope) throws IOException {
        if (!Digest.ofContent(envelope).equals(digest)) {
            junk++;
            return;
        }
        Manifest manifest = verified(digest, envelope);
        if (manifest != null) {
            store.putBlob(envelope);
        }
        awaitedManifests.remove(digest);
        if (manifest != null) {
            on(new Event.ManifestReady(digest, manifest));
        }
    }

    /**
     * Takes an update from a file instead of the network.
     *
     * @return what is wrong with it, one reason a line; empty when all of it was taken
     */
    public String bundle(byte[] file) {
        List<String> refusals = new ArrayList<>();
        try {
            Bundle bundle = Bundle.decode(file);
            bundle.keySets().forEach(this::root);
            for (SignedModule module : bundle.modules()) {
                take(module, refusals);
            }
            if (bundle.desired().length > 0) {
                desired(bundle.desired());
                refusals.addAll(state.report().refusal().lines().toList());
            }
        } catch (MalformedDocumentException e) {
            refusals.add(e.getMessage());
        }
        return String.join("\n", refusals);
    }

    private void take(SignedModule module, List<String> refusals) {
        try {
            Manifest manifest = trust.manifest(module.envelope());
            store.putBlob(module.wasm());
            Digest digest = store.putBlob(module.envelope());
            on(new Event.ManifestReady(digest, manifest));
            on(new Event.BlobReady(manifest.module(), digest));
        } catch (MalformedDocumentException | RefusedSignatureException | MalformedPayloadException | IOException e) {
            refusals.add(e.getMessage());
        }
    }

    private Manifest verified(Digest digest, byte[] envelope) {
        try {
            return trust.manifest(envelope);
        } catch (MalformedDocumentException e) {
            on(new Event.ManifestRefused(digest, ErrorClass.PERMANENT, e.getMessage()));
        } catch (RefusedSignatureException e) {
            on(new Event.ManifestRefused(digest, ErrorClass.SIGNATURE, e.getMessage()));
        }
        return null;
    }

    /** The operator's word. @param retained such a command is refused, since it would come again after every reconnect */
    public void command(Event.Verb verb, String module, boolean retained) {
        if (retained) {
            junk++;
            audit("", "refused: a retained command to " + verb);
        } else {
            on(new Event.Command(verb, module));
        }
    }

    /** The host's answer to {@link Action.Swap}; {@code snapshot} is what the old module handed over, null for nothing. */
    public void swapped(String module, Digest manifest, byte[] snapshot) {
        Digest digest = null;
        if (snapshot != null) {
            digest = Digest.ofContent(snapshot);
            try {
                store.putBlob(snapshot);
            } catch (IOException e) {
                unsaved.put(digest, snapshot);
                audit(module, "the snapshot found no room on disk and will not survive a restart: " + e.getMessage());
            }
        }
        on(new Event.Swapped(module, manifest, digest));
    }

    /** A module's state by the digest in an action; null when it is lost, so that the module starts without. */
    public byte[] snapshot(Digest digest) {
        byte[] kept = unsaved.get(digest);
        if (kept != null || digest == null) {
            return kept;
        }
        try {
            return store.blob(digest);
        } catch (IOException | DamagedBlobException e) {
            audit("", "a snapshot is lost: " + e.getMessage());
            return null;
        }
    }

    /** A stored release: its manifest and its WebAssembly binary, both checked against their digests. */
    public record Loaded(Manifest manifest, byte[] wasm) {
    }

    /** What an action's manifest digest stands for. */
    public Loaded load(Digest manifest) throws IOException, DamagedBlobException {
        Manifest read = manifest(manifest);
        return new Loaded(read, store.blob(read.blob()));
    }

    /** A stored manifest, checked against its digest. */
    public Manifest manifest(Digest digest) throws IOException, DamagedBlobException {
        return Trust.stored(store.blob(digest));
    }

    /** The settings by the digest in a release; none for null. */
    public Map<String, String> settings(Digest digest) throws IOException, DamagedBlobException {
        return digest == null ? Map.of() : Desired.decodeSettings(store.blob(digest));
    }

    /** Takes an event and works until nothing is left to do. */
    public void on(Event event) {
        events.add(event);
        if (running) {
            return;
        }
        running = true;
        try {
            for (Event next = events.poll(); next != null; next = events.poll()) {
                Step step = updater.step(state, next);
                state = step.state();
                for (Action action : step.actions()) {
                    switch (action) {
                        case Action.Disk disk -> perform(disk);
                        case Action.Outward outward -> forward(outward);
                    }
                }
            }
        } finally {
            running = false;
        }
    }

    private void perform(Action.Disk action) {
        switch (action) {
            case Action.Persist persist -> persist(persist);
            case Action.FindManifest find -> find(find);
            case Action.Preflight p -> on(preflight.check(p, state));
            case Action.OpenPart open -> openPart(open);
            case Action.Assemble assemble -> assemble(assemble);
            case Action.ClosePart close -> closePart(close);
            case Action.CollectGarbage _ -> collectGarbage();
            case Action.Audit audit -> audit(audit.module(), audit.what());
        }
    }

    private void persist(Action.Persist persist) {
        try {
            store.commit(persist.table());
            on(new Event.Persisted(persist.version()));
        } catch (IOException e) {
            on(new Event.PersistFailed(persist.version(), e.getMessage()));
        }
    }

    private void find(Action.FindManifest find) {
        try {
            byte[] envelope = store.blob(find.manifest());
            Manifest manifest = verified(find.manifest(), envelope);
            if (manifest != null) {
                on(new Event.ManifestReady(find.manifest(), manifest));
            }
        } catch (IOException | DamagedBlobException absent) {
            awaitedManifests.add(find.manifest());
            host.perform(new Action.RequestManifest(find.module(), find.manifest()));
        }
    }

    private void openPart(Action.OpenPart open) {
        Digest payload = open.payload().digest();
        try {
            if (preflight.isIntact(state, open.manifest())) {
                on(new Event.BlobReady(open.module(), open.manifest()));
                return;
            }
            Download download = downloads.get(payload);
            if (download == null) {
                download = new Download(Part.open(store, open.payload()));
                downloads.put(payload, download);
            }
            show(payload, download);
            on(new Event.PartOpened(payload, download.part.have()));
        } catch (IOException e) {
            on(new Event.Failed(open.module(), open.manifest(), Phase.FETCH, ErrorClass.TRANSIENT, e.getMessage()));
        }
    }

    private void assemble(Action.Assemble a) {
        try {
            Download download = downloads.remove(a.payload().digest());
            Part part = download == null ? Part.open(store, a.payload()) : download.part;
            part.assemble(a.manifest());
            on(new Event.BlobReady(a.module(), a.digest()));
        } catch (MalformedPayloadException e) {
            on(new Event.Failed(a.module(), a.digest(), Phase.VERIFY, ErrorClass.PERMANENT, e.getMessage()));
        } catch (IOException | DamagedBlobException e) {
            on(new Event.Failed(a.module(), a.digest(), Phase.VERIFY, ErrorClass.TRANSIENT, e.getMessage()));
        }
    }

    private void closePart(Action.ClosePart close) {
        Download download = downloads.remove(close.payload());
        spoiled.remove(close.payload());
        if (download != null && close.delete()) {
            try {
                download.part.delete();
            } catch (IOException e) {
                audit("", "a part file could not be deleted: " + e.getMessage());
            }
        }
    }

    private void collectGarbage() {
        try {
            store.collectGarbage(state.inUse());
        } catch (IOException e) {
            audit("", "garbage could not be collected: " + e.getMessage());
        }
    }

    /** Start and Restore need intact content; without it the answer is known here. */
    private void forward(Action.Outward action) {
        Release release = switch (action) {
            case Action.Start start -> start.release();
            case Action.Restore restore -> restore.release();
            default -> null;
        };
        if (release != null) {
            try {
                load(release.manifest());
                settings(release.settings());
            } catch (IOException | DamagedBlobException | MalformedDocumentException e) {
                String module = action instanceof Action.Start start ? start.module() : ((Action.Restore) action).module();
                on(new Event.Failed(module, release.manifest(), state.phase(module), ErrorClass.PERMANENT, e.getMessage()));
                return;
            }
        }
        host.perform(action);
    }

    /** While the chunks come the host may already see that the module is no good. */
    private void show(Digest payload, Download download) throws IOException {
        for (Map.Entry<String, Digest> fetching : state.fetching(payload).entrySet()) {
            String objection = download.show(host, fetching.getKey(), state.manifest(fetching.getKey()));
            if (objection != null) {
                on(new Event.Failed(fetching.getKey(), fetching.getValue(), Phase.FETCH, ErrorClass.PERMANENT, objection));
            }
        }
    }

    private void failParts(Digest payload, String text) {
        List<Event.Failed> failures = new ArrayList<>();
        state.fetching(payload).forEach((module, manifest) ->
                failures.add(new Event.Failed(module, manifest, Phase.FETCH, ErrorClass.TRANSIENT, text)));
        failures.forEach(this::on);
    }

    private void audit(String module, String what) {
        try {
            host.audited(log.append(state.time(), module, what));
        } catch (IOException e) {
            host.audited(log.unwritten(state.time(), module, what));
        }
    }
}
