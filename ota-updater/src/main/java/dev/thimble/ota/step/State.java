package dev.thimble.ota.step;

import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The whole state of a device's updater; immutable, compared by value.
 *
 * @param generation of the last accepted assignment
 * @param desired digest of its signed form
 * @param wanted the assignment itself; null after boot until it has been delivered again
 * @param pending an assignment whose time has not come, null for none
 * @param now monotonic milliseconds at the last tick
 * @param wall seconds since the epoch at the last tick, as the device believes
 * @param refusedAt when an assignment was last refused, monotonic milliseconds; more of them within a while are not reported
 * @param version of the table last handed out to be persisted
 * @param persisted version that is known to be on disk
 * @param persistAt when to try again after a failed persist, monotonic milliseconds; 0 for not needed
 */
public record State(long generation, Digest desired, Desired wanted, Event.Assigned pending, long trustedTime, boolean paused,
                    boolean linkUp, long now, long wall, SortedMap<String, ModuleState> modules, String refusal,
                    long refusedAt, long version, long persisted, long persistAt, Reported report) {
    public State {
        modules = Collections.unmodifiableSortedMap(modules);
    }

    /** The state right after a start, from what the disk says. */
    public static State recovered(Table table) {
        SortedMap<String, ModuleState> modules = new TreeMap<>();
        table.modules().forEach((name, entry) -> {
            ModuleState module = new ModuleState(entry, Phase.IDLE, null, null);
            modules.put(name, module.with(module.restPhase(), null));
        });
        return new State(table.generation(), table.desired(), null, null, table.trustedTime(), table.paused(),
                false, 0, 0, modules, "", 0, 0, 0, 0, null);
    }

    /** What has to be on disk for this state. */
    public Table table() {
        SortedMap<String, Table.Entry> entries = new TreeMap<>();
        modules.forEach((name, module) -> {
            if (!module.entry().equals(Table.Entry.NEW)) {
                entries.put(name, module.entry());
            }
        });
        return new Table(generation, desired, trustedTime, paused, entries);
    }

    /** Seconds since the epoch, never below what a trusted source has said. */
    public long time() {
        return Math.max(wall, trustedTime);
    }

    public Set<String> moduleNames() {
        return modules.keySet();
    }

    public Phase phase(String module) {
        ModuleState m = modules.get(module);
        return m == null ? Phase.IDLE : m.phase();
    }

    public Failure failure(String module) {
        ModuleState m = modules.get(module);
        return m == null ? null : m.failure();
    }

    /** All content that is on disk for a reason: what the table names and what updates under way have brought in. */
    public Set<Digest> inUse() {
        Set<Digest> digests = new HashSet<>(table().references());
        for (ModuleState m : modules.values()) {
            if (m.job() != null) {
                digests.add(m.job().wanted());
                if (m.job().manifest() != null) {
                    digests.add(m.job().manifest().blob());
                    m.job().manifest().payloads().forEach(payload -> digests.add(payload.digest()));
                }
            }
        }
        if (wanted != null) {
            addSettings(wanted, digests);
        }
        if (pending != null) {
            digests.add(pending.digest());
            addSettings(pending.desired(), digests);
        }
        return digests;
    }

    private static void addSettings(Desired desired, Set<Digest> into) {
        for (String module : desired.settings().keySet()) {
            Digest settings = desired.settingsDigest(module);
            if (settings != null) {
                into.add(settings);
            }
        }
    }

    /** The binary of a release under way, null if its manifest is not known. */
    public Digest blobOf(Digest manifest) {
        for (ModuleState m : modules.values()) {
            if (m.job() != null && m.job().wanted().equals(manifest) && m.job().manifest() != null) {
                return m.job().manifest().blob();
            }
        }
        return null;
    }

    /** The manifest of the update under way, null if there is none or it has not arrived. */
    public Manifest manifest(String module) {
        ModuleState m = modules.get(module);
        return m == null || m.job() == null ? null : m.job().manifest();
    }

    /** Module name to manifest digest of the updates that are fetching this payload. */
    public Map<String, Digest> fetching(Digest payload) {
        Map<String, Digest> found = new TreeMap<>();
        modules.forEach((name, m) -> {
            if (m.phase() == Phase.FETCH && m.job().payload().digest().equals(payload)) {
                found.put(name, m.job().wanted());
            }
        });
        return found;
    }
}
