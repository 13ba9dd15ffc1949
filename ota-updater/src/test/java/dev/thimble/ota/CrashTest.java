package dev.thimble.ota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.ota.bundle.Bundle;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Payload;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.Release;
import dev.thimble.ota.step.Settings;
import dev.thimble.ota.step.Table;
import dev.thimble.ota.store.AuditLog;
import dev.thimble.ota.store.Store;
import dev.thimble.ota.trust.Trust;
import dev.thimble.ota.world.Keys;
import dev.thimble.ota.world.Modules;
import dev.thimble.ota.world.PowerCutDisk;
import dev.thimble.ota.world.PowerCuts;
import dev.thimble.ota.world.World;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Cuts the power at every point of every update path, and again during recovery.
 *
 * <p>After each cut: the table is the promised one or the one being written; the old or the new
 * release runs, whole and not below the floor; the other module, the keys, the quarantine and the
 * audit records that were promised are there; with the network back the device reaches what is wanted.
 * {@code -Dthimble.cuts=400000} is the nightly depth.
 */
class CrashTest {
    private static final int TARGET = Integer.getInteger("thimble.cuts", 20_000);
    private static final boolean NIGHTLY = TARGET > 100_000;
    private static final SignedModule OTHER = Modules.release("other", 7, 700);
    private static final SignedModule V1 = Modules.release("weather", 1, 600);
    private static final SignedModule V2 = Modules.release("weather", 2, 900);
    private static final SignedModule V3 = deltaFrom(V1, 3);
    private static final SignedModule[] SHELF = {OTHER, V1, V2, V3};
    private static long cuts;
    private static long secondCuts;
    private static long images;
    /** The device in the story that is being told; a restart replaces it. */
    private static World current;

    private interface Story {
        void tell(World world, PowerCutDisk disk) throws IOException;
    }

    /** What had been promised, noted before each change of the disk. */
    private record Promise(Table table, long audits) {
    }

    @TestFactory
    Stream<DynamicTest> everyPath() throws IOException {
        Map<String, byte[]> empty = Map.of();
        Map<String, byte[]> installed = install(OTHER, V1);
        SignedModule[] many = many();
        Map<String, byte[]> crowded = install(many);
        SignedModule[] shelf = Arrays.copyOf(many, many.length + 1);
        shelf[many.length] = Modules.release("m0", 2, 300);
        Map<String, Story> stories = new TreeMap<>();
        stories.put("update", (w, d) -> update(w, 2, V2).run(15));
        stories.put("update by delta", (w, d) -> update(w, 2, V3).run(15));
        stories.put("rollback", (w, d) -> {
            w.trapping.add(V2.digest());
            update(w, 2, V2).run(15);
        });
        stories.put("restarts in probation", (w, d) -> {
            update(w, 2, V2).run(3);
            for (int i = 0; i < 4; i++) {
                current = world(d, SHELF);
                current.start().run(2);
            }
        });
        stories.put("cancelled, then another", (w, d) -> {
            w.answersRequests = false;
            update(w, 2, V2);
            feed(w, V2, 2);
            w.shell.on(new Event.Command(Event.Verb.CANCEL, "weather"));
            w.answersRequests = true;
            update(w, 3, V3).run(15);
        });
        stories.put("full disk", (w, d) -> {
            d.capacity(d.contents().values().stream().mapToLong(b -> b.length).sum() + 1500);
            update(w, 2, V2).run(8);
            d.capacity(Long.MAX_VALUE);
            w.run(60);
        });
        stories.put("dying disk in probation", (w, d) -> {
            update(w, 2, V2).run(4);
            d.broken(true);
            w.run(12);
            d.broken(false);
            w.run(10);
        });
        stories.put("new settings, and settings that trap", (w, d) -> {
            w.shell.desired(Modules.desired(2, Map.of("period", "1"), V1, OTHER));
            w.run(15);
            w.shell.desired(Modules.desired(3, Map.of("trap", "yes"), V1, OTHER));
            w.run(6);
        });
        stories.put("back and removed", (w, d) -> {
            update(w, 2, V2).run(15);
            update(w, 3, V1).run(15);
            w.shell.desired(Modules.desired(4, OTHER));
            w.run(2);
        });
        stories.put("from a bundle, with new keys", (w, d) -> {
            byte[] next = Trust.signRoot(Keys.SHARED.root(2, false), Keys.SHARED.rootKeys);
            w.answersRequests = false;
            assertEquals("", w.shell.bundle(new Bundle(List.of(next), Modules.desired(2, OTHER, V2), List.of(V2)).encode()));
            w.run(15);
        });
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(DynamicTest.dynamicTest("first install", () -> enumerate(empty, SHELF, (w, d) -> update(w, 1, V1).run(15))));
        stories.forEach((name, story) -> tests.add(DynamicTest.dynamicTest(name, () -> enumerate(installed, SHELF, story))));
        tests.add(DynamicTest.dynamicTest("many modules, the table outside the superblock",
                () -> enumerate(crowded, shelf, (w, d) -> {
                    SignedModule[] next = many.clone();
                    next[0] = shelf[many.length];
                    w.shell.desired(Modules.desired(2, next));
                    w.run(15);
                })));
        return tests.stream();
    }

    @AfterAll
    static void enoughCuts() {
        System.out.println("power cuts: " + cuts + ", of them during recovery: " + secondCuts + "; different outcomes checked: " + images);
        assertTrue(cuts >= TARGET, "only " + cuts + " cuts, at least " + TARGET + " are required");
    }

    private static World update(World world, long generation, SignedModule to) {
        world.shell.desired(Modules.desired(generation, OTHER, to));
        world.run(1);
        return world;
    }

    private static void feed(World world, SignedModule module, int chunks) {
        var messages = module.messages();
        world.shell.chunk(module.digest(), 0, messages.get(module.digest()).getFirst(), false);
        for (Payload payload : module.manifest().payloads()) {
            for (int n = 0; n < chunks; n++) {
                world.shell.chunk(payload.digest(), n, messages.get(payload.digest()).get(n), false);
            }
        }
    }

    private static SignedModule deltaFrom(SignedModule base, long sequence) {
        byte[] changed = base.wasm();
        changed[300] ^= 1;
        return SignedModule.sign(Modules.template("weather", sequence, 2), changed, Payload.MIN_CHUNK, List.of(base.wasm()),
                List.of(Keys.SHARED.release));
    }

    private static SignedModule[] many() {
        SignedModule[] many = new SignedModule[8];
        for (int i = 0; i < many.length; i++) {
            many[i] = Modules.release("m" + i, 1, 260);
        }
        return many;
    }

    private static Map<String, byte[]> install(SignedModule... modules) throws IOException {
        PowerCutDisk disk = new PowerCutDisk(Map.of());
        World world = world(disk, modules).start();
        world.shell.desired(Modules.desired(1, modules));
        world.run(20);
        for (SignedModule module : modules) {
            assertEquals(Phase.COMMITTED, world.phase(module.manifest().module()));
        }
        return disk.contents();
    }

    private static World world(PowerCutDisk disk, SignedModule... shelf) throws IOException {
        return new World(disk, Settings.of("dev1"), shelf);
    }

    private static void enumerate(Map<String, byte[]> image, SignedModule[] shelf, Story story) throws IOException {
        PowerCutDisk disk = new PowerCutDisk(image);
        current = null;
        List<Promise> promises = new ArrayList<>();
        disk.beforeChange(() -> promises.add(promise(current)));
        current = world(disk, shelf);
        story.tell(current.start(), disk);
        promises.add(promise(current));
        Table before = Store.open(new PowerCutDisk(image), 1 << 20).table();
        List<Table> history = new ArrayList<>(List.of(before));
        promises.forEach(p -> {
            if (p != null && !p.table.equals(history.getLast())) {
                history.add(p.table);
            }
        });
        long[] n = {0};
        Set<Digest> seen = new HashSet<>();
        new PowerCuts(disk, NIGHTLY ? 10 : 5, NIGHTLY ? 400 : 6).forEach((cut, left) -> {
            cuts++;
            Promise promise = promises.get(cut);
            Promise sure = promise != null ? promise : new Promise(before, 0);
            if (!seen.add(fingerprint(left, sure))) {
                return;
            }
            images++;
            String where = "after change " + cut + (cut > 0 ? ", " + disk.changes().get(cut - 1) : "");
            try {
                boolean far = n[0]++ % (NIGHTLY ? 10 : 5) == 0;
                check(left, shelf, sure, history, far, NIGHTLY || n[0] % 16 == 0);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(where + ": " + e.getMessage(), e);
            }
        });
    }

    /** Everything that a check depends on: different cuts often leave the same files. */
    private static Digest fingerprint(Map<String, byte[]> image, Promise promise) {
        MessageDigest sha = Digest.sha256();
        image.forEach((path, bytes) -> {
            sha.update((path + "\n" + bytes.length + "\n").getBytes());
            sha.update(bytes);
        });
        sha.update((promise.table + "\n" + promise.audits).getBytes());
        return Digest.finish(sha);
    }

    private static Promise promise(World world) {
        return world == null ? null : new Promise(world.store.table(), world.log.count());
    }

    /**
     * @param far whether to go on until the device has what is wanted
     * @param again whether to cut the power in recovery as well
     */
    private static void check(Map<String, byte[]> image, SignedModule[] shelf, Promise promise, List<Table> history, boolean far,
                              boolean again) throws IOException {
        PowerCutDisk disk = new PowerCutDisk(image);
        Table table = Store.open(disk, 1 << 20).table();
        boolean kept = table.equals(promise.table);
        for (int i = 0; i + 1 < history.size(); i++) {
            kept |= history.get(i).equals(promise.table) && history.get(i + 1).equals(table);
        }
        assertTrue(kept, "the table is neither the promised one nor the next");
        assertEquals(disk.contents().keySet(), reopened(disk), "recovery is not idempotent");
        assertTrue(AuditLog.open(disk, 4 << 10).count() >= promise.audits, "audit records are lost");

        List<Table> steps = new ArrayList<>(List.of(table));
        World world = world(disk, shelf);
        disk.beforeChange(() -> steps.add(world.store.table()));
        world.answersRequests = false;
        world.start();
        world.drain();
        assertRuns(world, world.store.table());
        assertNothingLost(table, world.store.table());
        disk.beforeChange(() -> { });
        if (again) {
            steps.add(world.store.table());
            Set<Digest> seen = new HashSet<>();
            new PowerCuts(disk, NIGHTLY ? 6 : 3, NIGHTLY ? 28 : 4).forEach((cut, left) -> {
                cuts++;
                secondCuts++;
                if (!seen.add(fingerprint(left, promise))) {
                    return;
                }
                images++;
                try {
                    PowerCutDisk twice = new PowerCutDisk(left);
                    World second = world(twice, shelf);
                    Table found = second.store.table();
                    assertTrue(steps.contains(found), "after a cut during recovery the table is none that recovery wrote");
                    second.answersRequests = false;
                    second.start();
                    second.drain();
                    assertRuns(second, second.store.table());
                    assertNothingLost(table, second.store.table());
                } catch (IOException e) {
                    throw new AssertionError("second cut after change " + cut + ": " + e.getMessage(), e);
                }
            });
        }
        if (far) {
            world.answersRequests = true;
            world.run(16, 5);
            assertArrives(world);
        }
    }

    private static Set<String> reopened(PowerCutDisk disk) throws IOException {
        Store.open(disk, 1 << 20);
        return disk.contents().keySet();
    }

    /** What recovery did: floors and quarantine only grow, and the release that ran is still at hand. */
    private static void assertNothingLost(Table before, Table after) {
        assertTrue(after.generation() >= before.generation(), "the generation went back");
        before.modules().forEach((name, old) -> {
            Table.Entry now = after.modules().get(name);
            assertTrue(now != null && now.floor() >= old.floor(), name + ": the floor is lost");
            assertTrue(now.quarantined().keySet().containsAll(old.quarantined().keySet()), name + ": the quarantine is lost");
            assertTrue(old.active() == null || old.active().equals(now.active()) || old.active().equals(now.previous()),
                    name + ": the active release is lost");
        });
    }

    /** Old or new, never neither, never below the floor. */
    private static void assertRuns(World world, Table table) {
        table.modules().forEach((name, entry) -> {
            Digest runs = world.running.get(name);
            Release active = entry.active();
            Release candidate = entry.candidate();
            if (active == null && candidate == null) {
                assertEquals(null, runs, name + " was not to run");
            } else if (active != null) {
                assertTrue(active.manifest().equals(runs) || candidate != null && candidate.manifest().equals(runs),
                        name + ": neither the old nor the new release runs, but " + runs);
                Release running = active.manifest().equals(runs) ? active : candidate;
                assertTrue(running.sequence() >= entry.floor(), name + ": runs below the floor");
                assertSettings(world, name, active, candidate);
            } else {
                assertTrue(runs == null || runs.equals(candidate.manifest()), name + ": something unknown runs");
            }
        });
    }

    /** Never half of the old settings and half of the new. */
    private static void assertSettings(World world, String name, Release active, Release candidate) {
        Digest runsWith = world.runsWith.get(name);
        boolean known = Objects.equals(runsWith, active.settings())
                || candidate != null && Objects.equals(runsWith, candidate.settings());
        assertTrue(known, name + " runs with settings that no table names: " + world.settings.get(name));
    }

    /** What is wanted runs, or it is quarantined and the old one runs; nothing is half done. */
    private static void assertArrives(World world) {
        if (world.shell.state().wanted() == null) {
            return;
        }
        world.shell.state().wanted().modules().forEach((name, wanted) -> {
            Table.Entry entry = world.store.table().modules().get(name);
            Phase phase = world.phase(name);
            assertTrue(phase.isAtRest(), name + " is stuck in " + phase + ": " + world.shell.state().failure(name));
            boolean good = entry != null && entry.active() != null && entry.active().manifest().equals(wanted)
                    && wanted.equals(world.running.get(name));
            boolean given = phase == Phase.QUARANTINED && entry.quarantined().containsKey(wanted)
                    || world.shell.state().failure(name) != null;
            assertTrue(good || given, name + " does not run what is wanted, and there is no reason");
        });
    }
}
