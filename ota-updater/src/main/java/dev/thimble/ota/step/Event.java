package dev.thimble.ota.step;

import dev.thimble.ota.content.ChunkSet;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import java.util.List;

/**
 * What happened. Documents in events have had their signatures checked; results carry the release or
 * payload they belong to, so that a late one does no harm.
 */
public sealed interface Event {

    /** Time passes. {@code mono} in milliseconds, growing from 1 at the start of the device; {@code wall} in seconds since the epoch, as the device believes. */
    record Tick(long mono, long wall) implements Event {
    }

    /** The device has started and {@link State#recovered} is its state. To be given once, first, after a Tick. */
    record Booted() implements Event {
    }

    /** A verified assignment; {@code digest} is that of its signed form. */
    record Assigned(Desired desired, Digest digest) implements Event {
    }

    /** An assignment that could not be verified or was not acceptable as delivered (for example retained where it must not be). */
    record AssignmentRefused(String text) implements Event {
    }

    /** A time from the signed timestamp, seconds since the epoch. */
    record TimeTrusted(long seconds) implements Event {
    }

    /** The manifest has arrived and its signature is good. */
    record ManifestReady(Digest digest, Manifest manifest) implements Event {
    }

    /** The manifest has arrived and is refused. */
    record ManifestRefused(Digest digest, ErrorClass kind, String text) implements Event {
    }

    /** The checks before download are done; no refusals means accepted. {@code payload} indexes the manifest's list. */
    record Preflighted(String module, Digest manifest, int payload, List<Refusal> refusals) implements Event {
    }

    record Refusal(ErrorClass kind, String text) {
    }

    /** The part file is open and holds these chunks. */
    record PartOpened(Digest payload, ChunkSet have) implements Event {
    }

    /** A chunk has been checked and written. {@code broadcast} if it came from the carousel. */
    record ChunkStored(Digest payload, int chunk, boolean broadcast) implements Event {
    }

    /** The payload was decoded and its module is a blob on disk. */
    record BlobReady(String module, Digest manifest) implements Event {
    }

    /** The module passed its self-test. */
    record Staged(String module, Digest manifest) implements Event {
    }

    /** The module behaved in shadow; {@code note} says how its outputs compared with the running release's. */
    record Shadowed(String module, Digest manifest, String note) implements Event {
    }

    /** A step failed; {@code at} is the phase of the action that it answers. */
    record Failed(String module, Digest manifest, Phase at, ErrorClass kind, String text) implements Event {
    }

    /** Every {@link Action.Persist} up to this version is on disk. */
    record Persisted(long version) implements Event {
    }

    /** A persist did not reach the disk; nothing has changed there. */
    record PersistFailed(long version, String text) implements Event {
    }

    /** The modules were exchanged; {@code snapshot} is the state the old one handed over, null for none. */
    record Swapped(String module, Digest manifest, Digest snapshot) implements Event {
    }

    /** The active release runs (after {@link Action.Start} or {@link Action.Restore}); also when there is none to run. */
    record Running(String module) implements Event {
    }

    /** What the candidate did so far. */
    record Observed(String module, Digest manifest, Health health) implements Event {
    }

    /** Whether the broker is reachable. */
    record Link(boolean up) implements Event {
    }

    /** The operator's word; {@code module} null means all. */
    record Command(Verb verb, String module) implements Event {
    }

    enum Verb { PAUSE, RESUME, CANCEL }
}
