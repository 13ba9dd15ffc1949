package dev.thimble.ota.step;

import dev.thimble.ota.content.Digest;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that must survive a power cut, and nothing else: what a superblock commits.
 *
 * @param generation of the last accepted assignment
 * @param desired digest of the signed assignment, null before the first
 * @param trustedTime highest time seen from a trusted source, seconds since the epoch
 * @param paused whether the operator holds updates
 */
public record Table(long generation, Digest desired, long trustedTime, boolean paused, SortedMap<String, Entry> modules) {
    public static final Table EMPTY = new Table(0, null, 0, false, new TreeMap<>());

    public Table {
        modules = Collections.unmodifiableSortedMap(new TreeMap<>(modules));
    }

    /**
     * @param active the release that runs, or ran before the candidate; null for none
     * @param previous what active replaced, null for none
     * @param candidate the release on trial; null unless a swap is decided or probation runs
     * @param tries how often candidate code was about to run
     * @param floor lowest sequence that may be installed
     * @param snapshot state taken from the active release at the swap, null for none
     * @param quarantined sequence by {@linkplain ModuleState#verdictKey key} of releases, and of settings, that failed for good
     */
    public record Entry(Release active, Release previous, Release candidate, int tries, long floor, Digest snapshot,
                        SortedMap<Digest, Long> quarantined) {
        public static final Entry NEW = new Entry(null, null, null, 0, 0, null, new TreeMap<>());

        public Entry {
            quarantined = Collections.unmodifiableSortedMap(new TreeMap<>(quarantined));
        }

        /** The digests that this entry keeps alive, manifests, binaries, settings and the snapshot. */
        void addReferences(Set<Digest> into) {
            for (Release release : new Release[] {active, previous, candidate}) {
                if (release != null) {
                    into.add(release.manifest());
                    into.add(release.blob());
                    if (release.settings() != null) {
                        into.add(release.settings());
                    }
                }
            }
            if (snapshot != null) {
                into.add(snapshot);
            }
        }
    }

    /** All content that this table names; garbage collection keeps it. */
    public SortedSet<Digest> references() {
        SortedSet<Digest> references = new TreeSet<>();
        if (desired != null) {
            references.add(desired);
        }
        modules.values().forEach(entry -> entry.addReferences(references));
        return references;
    }
}
