package dev.thimble.ota;

import dev.thimble.ota.content.Digest;
import dev.thimble.ota.content.Encoding;
import dev.thimble.ota.content.MerkleTree;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Payload;
import dev.thimble.ota.step.Action;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.State;
import dev.thimble.ota.store.DamagedBlobException;
import dev.thimble.ota.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the store and the host have to say before a download, and which payload it should be. */
final class Preflight {
    /** Superblock index, snapshot and audit log go on needing a little. */
    private static final long MARGIN = 64 << 10;

    private final Store store;
    private final UpdateHost host;

    Preflight(Store store, UpdateHost host) {
        this.store = store;
        this.host = host;
    }

    Event.Preflighted check(Action.Preflight action, State state) {
        Manifest manifest = action.manifest();
        List<Event.Refusal> refusals = new ArrayList<>(host.preflight(manifest));
        int choice = 0;
        try {
            if (!isIntact(manifest.blob())) {
                choice = choose(manifest, state, refusals);
            }
        } catch (IOException e) {
            refusals.add(new Event.Refusal(ErrorClass.TRANSIENT, "the disk cannot be read: " + e.getMessage()));
        }
        return new Event.Preflighted(action.module(), action.digest(), choice, refusals);
    }

    /** The smallest payload that this device can decode and has room for, if need be after collecting garbage. */
    private int choose(Manifest manifest, State state, List<Event.Refusal> refusals) throws IOException {
        int choice = choose(manifest, store.room() - MARGIN, new ArrayList<>());
        if (choice >= 0) {
            return choice;
        }
        store.collectGarbage(state.inUse());
        return Math.max(0, choose(manifest, store.room() - MARGIN, refusals));
    }

    private int choose(Manifest manifest, long room, List<Event.Refusal> refusals) throws IOException {
        int choice = -1;
        long least = Long.MAX_VALUE;
        boolean decodable = false;
        for (int i = 0; i < manifest.payloads().size(); i++) {
            Payload payload = manifest.payloads().get(i);
            if (payload.encoding() == Encoding.DELTA && !isIntact(payload.base())) {
                continue;
            }
            decodable = true;
            long needs = needs(manifest, payload);
            least = Math.min(least, needs);
            if (needs <= room && (choice < 0 || payload.size() < manifest.payloads().get(choice).size())) {
                choice = i;
            }
        }
        if (!decodable) {
            refusals.add(new Event.Refusal(ErrorClass.POLICY, "every payload is a delta from a module that this device does not have"));
        } else if (choice < 0) {
            refusals.add(new Event.Refusal(ErrorClass.TRANSIENT, "needs " + least + " bytes of flash, " + Math.max(0, room) + " are left"));
        }
        return choice;
    }

    private static long needs(Manifest manifest, Payload payload) {
        long proofs = (long) payload.chunks() * MerkleTree.proofLength(0, payload.chunks());
        return payload.size() + proofs + (payload.encoding() == Encoding.NONE ? 0 : manifest.size());
    }

    boolean isIntact(Digest blob) throws IOException {
        try {
            return store.hasBlob(blob) && store.blob(blob).length >= 0;
        } catch (DamagedBlobException e) {
            return false;
        }
    }

    /** Whether the module that a manifest under way asks for is on disk already, as after a rollback. */
    boolean isIntact(State state, Digest manifest) throws IOException {
        Digest blob = state.blobOf(manifest);
        return blob != null && isIntact(blob);
    }
}
