package dev.thimble.ota.step;

import dev.thimble.ota.content.ChunkSet;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Payload;
import dev.thimble.ota.document.Reported;

/** What is to be done: {@link Disk} by the shell, {@link Outward} by the agent. */
public sealed interface Action {

    /** Carried out by the shell on the store. */
    sealed interface Disk extends Action {
    }

    /** Carried out by the agent: transport, cells and reports. */
    sealed interface Outward extends Action {
    }

    /** Commit the table. Answer: {@link Event.Persisted} or {@link Event.PersistFailed}. */
    record Persist(long version, Table table) implements Disk {
    }

    /** Look for the manifest on disk, else ask the agent for it. Answer: ManifestReady or ManifestRefused. */
    record FindManifest(String module, Digest manifest) implements Disk {
    }

    /** Check what needs no download, and choose a payload. Answer: Preflighted. */
    record Preflight(String module, Digest digest, Manifest manifest) implements Disk {
    }

    /** Open or create the part file and re-hash it. Answer: PartOpened or Failed(FETCH). */
    record OpenPart(String module, Digest manifest, Payload payload) implements Disk {
    }

    /** Hash, decode and store the module. Answer: BlobReady or Failed(VERIFY). */
    record Assemble(String module, Digest digest, Manifest manifest, Payload payload) implements Disk {
    }

    /** Close the part file; keep it for a later resume unless {@code delete}. No answer. */
    record ClosePart(Digest payload, boolean delete) implements Disk {
    }

    /** Delete what no table names. No answer. */
    record CollectGarbage() implements Disk {
    }

    /** Append to the audit log, which also hands the record to the agent. No answer. */
    record Audit(String module, String what) implements Disk {
    }

    /** Ask the operator's side for a manifest; it comes back through the shell. */
    record RequestManifest(String module, Digest manifest) implements Outward {
    }

    /** Listen for this payload's chunks, to the device and on the carousel. No answer. */
    record OpenTransfer(Digest payload, int chunks) implements Outward {
    }

    /** Ask for these chunks; they come back through the shell. */
    record RequestChunks(Digest payload, ChunkSet chunks) implements Outward {
    }

    /** Stop listening. No answer. */
    record CloseTransfer(Digest payload) implements Outward {
    }

    /** Instantiate on a simulated board and run the self-test, under a deadline. Answer: Staged or Failed(STAGE). */
    record Stage(String module, Release release, Manifest manifest) implements Outward {
        public Digest digest() {
            return release.manifest();
        }
    }

    /** Run beside the active release. Answer: Shadowed or Failed(SHADOW). */
    record Shadow(String module, Release release, Manifest manifest) implements Outward {
        public Digest digest() {
            return release.manifest();
        }
    }

    /**
     * Between two events: take the state of the running release (if any) and hand it to the candidate.
     * Answer: Swapped, or Failed(SWAP) with the old release running on as if nothing had happened.
     */
    record Swap(String module, Release release, Manifest manifest) implements Outward {
        public Digest digest() {
            return release.manifest();
        }
    }

    /** After boot: run this release ({@code trial} if it is on probation) from this state. Answer: Running or Failed. */
    record Start(String module, Release release, Digest snapshot, boolean trial) implements Outward {
    }

    /** Stop the candidate and run this release again (null for none) from this state. Answer: Running. */
    record Restore(String module, Release release, Digest snapshot) implements Outward {
    }

    /** Stop the module; it is wanted no more. No answer. */
    record Retire(String module) implements Outward {
    }

    /** Publish, retained. No answer. */
    record Report(Reported reported) implements Outward {
    }
}
