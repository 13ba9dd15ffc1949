package dev.thimble.ota.world;

import dev.thimble.ota.world.PowerCutDisk.Change;
import dev.thimble.ota.world.PowerCutDisk.Inode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Enumerates what a power cut can leave of a recorded history: for every point between two changes,
 * every subset (up to a bound) of what was not durable there, and torn forms of the surviving writes.
 */
public final class PowerCuts {
    private final PowerCutDisk disk;
    private final int subsetBits;
    private final int samples;

    /**
     * @param subsetBits up to this many volatile changes, all their subsets are tried
     * @param samples with more of them: none, all, each one lost, each one kept, and this many random subsets
     */
    public PowerCuts(PowerCutDisk disk, int subsetBits, int samples) {
        this.disk = disk;
        this.subsetBits = subsetBits;
        this.samples = samples;
    }

    /** One thing that a power cut can leave: after how many changes it came, and the files. */
    public void forEach(BiConsumer<Integer, Map<String, byte[]>> image) {
        Map<Inode, byte[]> durable = new HashMap<>(disk.initialBytes());
        Map<String, Inode> names = new TreeMap<>(disk.initialNames());
        List<Change> pending = new ArrayList<>();
        List<Change> changes = disk.changes();
        for (int cut = 0; cut <= changes.size(); cut++) {
            int at = cut;
            for (Survivors survivors : survivors(pending, cut)) {
                image.accept(at, survivors.applyTo(durable, names));
            }
            if (cut < changes.size()) {
                advance(durable, names, pending, changes.get(cut));
            }
        }
    }

    private static void advance(Map<Inode, byte[]> durable, Map<String, Inode> names, List<Change> pending, Change change) {
        switch (change) {
            case PowerCutDisk.SyncFile sync -> {
                for (Change c : List.copyOf(pending)) {
                    if (fileOf(c) == sync.file()) {
                        applyData(durable, c, Integer.MAX_VALUE);
                        pending.remove(c);
                    }
                }
            }
            case PowerCutDisk.SyncNames sync -> {
                for (Change c : List.copyOf(pending)) {
                    if (fileOf(c) == null && sync.directory().equals(PowerCutDisk.directoryOf(pathOf(c)))) {
                        applyName(names, c);
                        pending.remove(c);
                    }
                }
            }
            default -> pending.add(change);
        }
    }

    private static Inode fileOf(Change change) {
        return switch (change) {
            case PowerCutDisk.Write w -> w.file();
            case PowerCutDisk.Truncate t -> t.file();
            default -> null;
        };
    }

    private static String pathOf(Change change) {
        return switch (change) {
            case PowerCutDisk.Name n -> n.path();
            case PowerCutDisk.Rename r -> r.to();
            case PowerCutDisk.Unname u -> u.path();
            default -> throw new IllegalArgumentException(change.toString());
        };
    }

    private static void applyData(Map<Inode, byte[]> durable, Change change, int torn) {
        switch (change) {
            case PowerCutDisk.Write w -> durable.merge(w.file(),
                    PowerCutDisk.written(new byte[0], w.at(), w.bytes(), Math.min(torn, w.bytes().length)),
                    (old, _) -> PowerCutDisk.written(old, w.at(), w.bytes(), Math.min(torn, w.bytes().length)));
            case PowerCutDisk.Truncate t -> durable.merge(t.file(), new byte[(int) t.size()],
                    (old, _) -> Arrays.copyOf(old, (int) t.size()));
            default -> throw new IllegalArgumentException(change.toString());
        }
    }

    private static void applyName(Map<String, Inode> names, Change change) {
        switch (change) {
            case PowerCutDisk.Name n -> names.put(n.path(), n.file());
            case PowerCutDisk.Rename r -> {
                Inode file = names.remove(r.from());
                if (file != null) {
                    names.put(r.to(), file);
                }
            }
            case PowerCutDisk.Unname u -> names.remove(u.path());
            default -> throw new IllegalArgumentException(change.toString());
        }
    }

    /** Which volatile changes survive, and how many bytes of one of them (−1: none is torn). */
    private record Survivors(List<Change> kept, int tornIndex, int tornBytes) {
        Map<String, byte[]> applyTo(Map<Inode, byte[]> durable, Map<String, Inode> names) {
            Map<Inode, byte[]> bytes = new HashMap<>(durable);
            Map<String, Inode> paths = new TreeMap<>(names);
            for (int i = 0; i < kept.size(); i++) {
                Change change = kept.get(i);
                if (fileOf(change) == null) {
                    applyName(paths, change);
                } else {
                    applyData(bytes, change, i == tornIndex ? tornBytes : Integer.MAX_VALUE);
                }
            }
            Map<String, byte[]> image = new TreeMap<>();
            paths.forEach((path, file) -> image.put(path, bytes.getOrDefault(file, new byte[0])));
            return image;
        }
    }

    private List<Survivors> survivors(List<Change> pending, int cut) {
        Set<Long> masks = new LinkedHashSet<>();
        int n = Math.min(pending.size(), 62);
        long all = (1L << n) - 1;
        if (n <= subsetBits) {
            for (long mask = 0; mask <= all; mask++) {
                masks.add(mask);
            }
        } else {
            masks.add(0L);
            masks.add(all);
            for (int i = 0; i < n; i++) {
                masks.add(1L << i);
                masks.add(all & ~(1L << i));
            }
            Random random = new Random(cut);
            for (int i = 0; i < samples; i++) {
                masks.add(random.nextLong() & all);
            }
        }
        List<Survivors> result = new ArrayList<>();
        for (long mask : masks) {
            List<Change> kept = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                if ((mask >>> i & 1) != 0) {
                    kept.add(pending.get(i));
                }
            }
            result.add(new Survivors(kept, -1, 0));
            addTorn(result, kept, n <= subsetBits || mask == all);
        }
        return result;
    }

    /** Tears the last surviving write, which is the one that the disk was busy with. */
    private static void addTorn(List<Survivors> result, List<Change> kept, boolean thoroughly) {
        for (int i = kept.size() - 1; i >= 0; i--) {
            if (kept.get(i) instanceof PowerCutDisk.Write w && w.bytes().length > 1) {
                int length = w.bytes().length;
                int[] tears = thoroughly ? new int[] {1, 13, length / 2, length - 1} : new int[] {length / 2};
                Arrays.stream(tears).filter(t -> t > 0 && t < length).distinct()
                        .forEach(t -> result.add(new Survivors(kept, kept.indexOf(w), t)));
                return;
            }
        }
    }
}
