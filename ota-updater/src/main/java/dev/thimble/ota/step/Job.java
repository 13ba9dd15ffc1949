package dev.thimble.ota.step;

import dev.thimble.ota.content.ChunkSet;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Payload;
import java.util.Objects;

/**
 * An update under way; all of it can be lost in a power cut and found again.
 *
 * @param wanted manifest digest
 * @param settings digest of the settings that it is wanted with, null for none
 * @param manifest null until it has arrived
 * @param payload null until preflight has chosen one
 * @param have chunks on disk, null until the part file is open
 * @param requested chunks asked for, null until the part file is open
 * @param deadline when the phase must be over, monotonic milliseconds
 * @param wakeAt when to act next, monotonic milliseconds; {@link #NEVER} for only on an event
 * @param attempts failed attempts so far, for the back-off
 * @param gate version of the table that must be on disk before the job goes on; 0 for none
 * @param started when probation began, monotonic milliseconds
 * @param ending why the candidate has to go, as soon as it can; null as long as it may stay
 * @param restored whether the old release runs again
 * @param online whether the broker was reachable when the candidate took over, so that its silence would be the candidate's fault
 */
record Job(Digest wanted, Digest settings, Manifest manifest, Payload payload, ChunkSet have, ChunkSet requested,
           long deadline, long wakeAt, int attempts, long gate, long started, Health health, Failure ending, boolean restored,
           boolean online) {
    static final long NEVER = Long.MAX_VALUE;

    static Job of(Digest wanted, Digest settings, int attempts, long wakeAt) {
        return new Job(wanted, settings, null, null, null, null, NEVER, wakeAt, attempts, 0, 0, Health.NONE, null, false, true);
    }

    /** What the job is to bring; to be asked once the manifest is here. */
    Release candidate() {
        return new Release(wanted, manifest.sequence(), manifest.blob(), settings);
    }

    boolean isFor(Digest release, Digest withSettings) {
        return wanted.equals(release) && Objects.equals(settings, withSettings);
    }

    Job withManifest(Manifest m) {
        return new Job(wanted, settings, m, payload, have, requested, deadline, wakeAt, attempts, gate, started, health, ending, restored, online);
    }

    Job withPayload(Payload p) {
        return new Job(wanted, settings, manifest, p, null, null, deadline, wakeAt, attempts, gate, started, health, ending, restored, online);
    }

    Job withChunks(ChunkSet have, ChunkSet requested) {
        return new Job(wanted, settings, manifest, payload, have, requested, deadline, wakeAt, attempts, gate, started, health, ending, restored, online);
    }

    Job withDeadline(long at) {
        return new Job(wanted, settings, manifest, payload, have, requested, at, NEVER, attempts, gate, started, health, ending, restored, online);
    }

    Job withWake(long at) {
        return new Job(wanted, settings, manifest, payload, have, requested, deadline, at, attempts, gate, started, health, ending, restored, online);
    }

    Job withAttempts(int n) {
        return new Job(wanted, settings, manifest, payload, have, requested, deadline, wakeAt, n, gate, started, health, ending, restored, online);
    }

    Job withGate(long version) {
        return new Job(wanted, settings, manifest, payload, have, requested, deadline, wakeAt, attempts, version, started, health, ending, restored, online);
    }

    Job withStart(long at, boolean reachable) {
        return new Job(wanted, settings, manifest, payload, have, requested, deadline, wakeAt, attempts, gate, at, Health.NONE, ending, restored,
                reachable);
    }

    Job withHealth(Health h) {
        return new Job(wanted, settings, manifest, payload, have, requested, deadline, wakeAt, attempts, gate, started, h, ending, restored, online);
    }

    Job withEnding(Failure why) {
        return new Job(wanted, settings, manifest, payload, have, requested, deadline, wakeAt, attempts, gate, started, health, why, restored, online);
    }

    Job withRestored() {
        return new Job(wanted, settings, manifest, payload, have, requested, deadline, wakeAt, attempts, gate, started, health, ending, true, online);
    }
}
