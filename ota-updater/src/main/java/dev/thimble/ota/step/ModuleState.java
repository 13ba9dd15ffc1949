package dev.thimble.ota.step;

import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Phase;
import java.security.MessageDigest;
import java.util.TreeMap;

/**
 * One module as the updater sees it.
 *
 * @param entry what is (about to be) on disk
 * @param job the update under way, null at rest
 * @param failure what went wrong last, null if nothing did or a later success made up for it
 */
record ModuleState(Table.Entry entry, Phase phase, Job job, Failure failure) {
    static final ModuleState NEW = new ModuleState(Table.Entry.NEW, Phase.IDLE, null, null);

    ModuleState with(Phase next, Job nextJob) {
        return new ModuleState(entry, next, nextJob, failure);
    }

    ModuleState with(Job nextJob) {
        return new ModuleState(entry, phase, nextJob, failure);
    }

    ModuleState with(Failure next) {
        return new ModuleState(entry, phase, job, next);
    }

    ModuleState with(Table.Entry next) {
        return new ModuleState(next, phase, job, failure);
    }

    /** The phase in which nothing is under way. */
    Phase restPhase() {
        return entry.active() == null ? Phase.IDLE : Phase.COMMITTED;
    }

    /** Whether this is the running release, and at most its settings are to change. */
    boolean runs(Digest manifest) {
        return entry.active() != null && entry.active().manifest().equals(manifest);
    }

    /**
     * Under what a failure for good is remembered: the release, or for new settings of the running release only the two
     * together, since the release itself is good.
     */
    Digest verdictKey(Digest manifest, Digest settings) {
        if (!runs(manifest)) {
            return manifest;
        }
        MessageDigest sha = Digest.sha256();
        sha.update(manifest.bytes());
        sha.update(settings == null ? new byte[0] : settings.bytes());
        return Digest.finish(sha);
    }

    boolean isOnTrial() {
        return entry.candidate() != null;
    }

    ModuleState withTrial(Release candidate, int tries, Digest snapshot) {
        return with(new Table.Entry(entry.active(), entry.previous(), candidate, tries, entry.floor(), snapshot, entry.quarantined()));
    }

    ModuleState withoutTrial() {
        return with(new Table.Entry(entry.active(), entry.previous(), null, 0, entry.floor(), entry.snapshot(), entry.quarantined()));
    }

    ModuleState withoutSnapshot() {
        return with(new Table.Entry(entry.active(), entry.previous(), entry.candidate(), entry.tries(), entry.floor(), null,
                entry.quarantined()));
    }

    /** The candidate becomes the active release; older quarantined releases are forgiven, since the floor judges them now. */
    ModuleState withCommit(long floor) {
        Release candidate = entry.candidate();
        TreeMap<Digest, Long> quarantined = new TreeMap<>(entry.quarantined());
        quarantined.values().removeIf(sequence -> sequence < candidate.sequence());
        Release previous = runs(candidate.manifest()) ? entry.previous() : entry.active();
        return with(new Table.Entry(candidate, previous, null, 0, Math.max(entry.floor(), floor), null, quarantined));
    }

    ModuleState withQuarantine(Digest manifest, Digest settings, long sequence) {
        TreeMap<Digest, Long> quarantined = new TreeMap<>(entry.quarantined());
        quarantined.putIfAbsent(verdictKey(manifest, settings), sequence);
        while (quarantined.size() > MAX_QUARANTINED) {
            quarantined.values().remove(quarantined.values().stream().min(Long::compare).orElseThrow());
        }
        return with(new Table.Entry(entry.active(), entry.previous(), entry.candidate(), entry.tries(), entry.floor(),
                entry.snapshot(), quarantined));
    }

    /** Nothing is to run any more; the floor and the quarantine stay, or removing would be a way to downgrade. */
    ModuleState retired() {
        return new ModuleState(new Table.Entry(null, null, null, 0, entry.floor(), null, entry.quarantined()), Phase.IDLE, null, null);
    }

    /** The active release is unusable; an older one, or none, takes its place. */
    ModuleState fallenBack(Release older) {
        return with(new Table.Entry(older, null, null, 0, entry.floor(), null, entry.quarantined()));
    }

    private static final int MAX_QUARANTINED = 8;
}
