package dev.thimble.ota;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.ota.bundle.Bundle;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.step.Action;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.Health;
import dev.thimble.ota.step.Settings;
import dev.thimble.ota.step.State;
import dev.thimble.ota.step.Step;
import dev.thimble.ota.step.Table;
import dev.thimble.ota.step.Updater;
import dev.thimble.ota.store.DiskFileSystem;
import dev.thimble.ota.trust.Trust;
import dev.thimble.ota.world.Keys;
import dev.thimble.ota.world.Modules;
import dev.thimble.ota.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole updates on a real disk, with the shell, the store and the step function together. */
class UpdateShellTest {
    private static final SignedModule V1 = Modules.release("weather", 1, 3000);
    private static final SignedModule V2 = Modules.release("weather", 2, 5000);
    private static final SignedModule V3 = Modules.release("weather", 3, 2000);

    @TempDir
    Path directory;
    private World world;

    @BeforeEach
    void installFirstRelease() throws IOException {
        world = boot();
        world.shell.desired(Modules.desired(1, V1));
        world.run(15);
    }

    private World boot() throws IOException {
        return new World(new DiskFileSystem(directory), Settings.of("dev1"), V1, V2, V3).start();
    }

    @Test
    void firstInstallIsCommittedAfterProbation() {
        assertEquals(Phase.COMMITTED, world.phase("weather"));
        assertEquals(V1.digest(), world.running.get("weather"));
        assertEquals(V1.digest(), world.store.table().modules().get("weather").active().manifest());
        assertNull(world.startedWith.get("weather"), "the first release has nothing to take over");
        assertEquals(1, world.reported.modules().getFirst().sequence());
    }

    @Test
    void updateHandsStateOverAndRaisesTheFloor() {
        world.shell.desired(Modules.desired(2, V2));
        world.run(5);
        assertEquals(Phase.PROBATION, world.phase("weather"));
        assertArrayEquals(("state of " + V1.digest().brief()).getBytes(), world.startedWith.get("weather"));
        assertEquals(1, world.reported.modules().getFirst().sequence(), "probation is not success yet");
        world.run(10);
        assertEquals(Phase.COMMITTED, world.phase("weather"));
        var entry = world.store.table().modules().get("weather");
        assertEquals(V2.digest(), entry.active().manifest());
        assertEquals(V1.digest(), entry.previous().manifest());
        assertEquals(1, entry.floor());
    }

    @Test
    void trapInProbationBringsBackTheOldReleaseWithItsState() throws IOException {
        world.trapping.add(V2.digest());
        world.shell.desired(Modules.desired(2, V2));
        world.run(5);
        assertEquals(V1.digest(), world.running.get("weather"));
        assertArrayEquals(("state of " + V1.digest().brief()).getBytes(), world.startedWith.get("weather"));
        assertEquals(Phase.QUARANTINED, world.phase("weather"));
        assertEquals(ErrorClass.PERMANENT, world.shell.state().failure("weather").kind());
        assertEquals("trapped 1 times, 0 are allowed", world.reported.modules().getFirst().text());

        World again = boot();
        again.shell.desired(Modules.desired(3, V2));
        again.run(30);
        assertEquals(V1.digest(), again.running.get("weather"), "quarantine survives a restart and a new generation");
        again.shell.desired(Modules.desired(4, V3));
        again.run(30);
        assertEquals(V3.digest(), again.running.get("weather"));
        assertTrue(again.store.table().modules().get("weather").quarantined().isEmpty(), "a higher sequence ends it");
    }

    @Test
    void restartDuringDownloadKeepsTheChunks() throws IOException {
        world.answersRequests = false;
        world.shell.desired(Modules.desired(2, V2));
        world.run(1);
        var messages = V2.messages();
        world.shell.chunk(V2.digest(), 0, messages.get(V2.digest()).getFirst(), false);
        world.drain();
        var payload = V2.manifest().payloads().getFirst();
        for (int chunk : new int[] {7, 2, 11, 2}) {
            world.shell.chunk(payload.digest(), chunk, messages.get(payload.digest()).get(chunk), false);
        }
        World again = boot();
        again.drain();
        assertEquals(payload.chunks() - 3, again.performed.stream().mapToInt(a ->
                a instanceof Action.RequestChunks r ? r.chunks().size() : 0).sum());
        again.run(15);
        assertEquals(Phase.COMMITTED, again.phase("weather"));
    }

    @Test
    void swappedChunkIsNotWritten() {
        world.answersRequests = false;
        world.shell.desired(Modules.desired(2, V2));
        world.run(1);
        var messages = V2.messages();
        world.shell.chunk(V2.digest(), 0, messages.get(V2.digest()).getFirst(), false);
        var payload = V2.manifest().payloads().getFirst();
        long junk = world.shell.junk();
        world.shell.chunk(payload.digest(), 3, messages.get(payload.digest()).get(4), false);
        assertEquals(junk + 1, world.shell.junk());
        assertFalse(world.reported.modules().getFirst().percent() > 0);
        world.answersRequests = true;
        world.run(40);
        assertEquals(V2.digest(), world.running.get("weather"));
    }

    @Test
    void failedSelfTestNeverRunsOnTheBoard() {
        world.failingStage.add(V2.digest());
        world.shell.desired(Modules.desired(2, V2));
        world.run(30);
        assertEquals(V1.digest(), world.running.get("weather"));
        assertEquals(Phase.QUARANTINED, world.phase("weather"));
        assertEquals(Phase.STAGE, world.shell.state().failure("weather").at());
    }

    @Test
    void removalKeepsTheFloor() {
        world.shell.desired(Modules.desired(2, V2));
        world.run(15);
        world.shell.desired(Modules.desired(3));
        assertFalse(world.running.containsKey("weather"));
        assertEquals(1, world.store.table().modules().get("weather").floor());
        assertNull(world.store.table().modules().get("weather").active());
    }

    @Test
    void assigningThePreviousReleaseIsARollback() {
        world.shell.desired(Modules.desired(2, V2));
        world.run(15);
        long requests = chunkRequests();
        world.shell.desired(Modules.desired(3, V1));
        world.run(15);
        assertEquals(V1.digest(), world.running.get("weather"));
        assertEquals(Phase.COMMITTED, world.phase("weather"));
        assertEquals(requests, chunkRequests(), "what is on disk is not fetched again");
    }

    @Test
    void carouselIsListenedToAndOnlyTheGapsArePulled() {
        Desired desired = new Desired("device:dev1", 2, Map.of("weather", V2.digest()), Map.of(), true, 0, 0);
        world.shell.desired(Trust.signDesired(desired, List.of(Keys.SHARED.director)));
        world.run(1);
        var payload = V2.manifest().payloads().getFirst();
        var chunks = V2.messages().get(payload.digest());
        for (int chunk = chunks.size() - 1; chunk >= 0; chunk--) {
            if (chunk != 5 && chunk != 9) {
                world.shell.chunk(payload.digest(), chunk, chunks.get(chunk), true);
            }
        }
        world.run(5);
        assertEquals(Phase.FETCH, world.phase("weather"), "the carousel may come round again");
        assertEquals(0, pulled(V2));
        world.run(30);
        assertEquals(2, pulled(V2));
        assertEquals(V2.digest(), world.running.get("weather"));
    }

    @Test
    void badModuleIsRefusedWhileItArrives() {
        world.objection = "function 3 at offset 0x30: unknown opcode 0xff";
        world.shell.desired(Modules.desired(2, V2));
        world.run(10);
        assertEquals(Phase.QUARANTINED, world.phase("weather"));
        assertEquals(world.objection, world.shell.state().failure("weather").text());
        assertTrue(pulled(V2) < V2.manifest().payloads().getFirst().chunks());
        assertEquals(V1.digest(), world.running.get("weather"));
    }

    @Test
    void theHostSeesTheModuleInOrderWhateverOrderTheChunksCameIn() {
        world.answersRequests = false;
        world.shell.desired(Modules.desired(2, V2));
        world.run(1);
        world.shell.chunk(V2.digest(), 0, V2.messages().get(V2.digest()).getFirst(), false);
        var payload = V2.manifest().payloads().getFirst();
        var chunks = V2.messages().get(payload.digest());
        world.seen.reset();
        for (int n = 0; n < chunks.size(); n++) {
            int chunk = (n * 7 + 3) % chunks.size();
            world.shell.chunk(payload.digest(), chunk, chunks.get(chunk), false);
        }
        assertArrayEquals(V2.wasm(), world.seen.toByteArray());
    }

    @Test
    void shadowRunComesBeforeTheSwap() {
        Manifest t = Modules.template("weather", 2, 1);
        SignedModule shadowed = Modules.sign(new Manifest(t.module(), 2, t.version(), t.blob(), 0, List.of(), t.imports(), t.features(),
                t.resources(), t.capabilities(), t.state(), t.health(), 20, 1, 0), Modules.binary(4, 700));
        world.offer(shadowed);
        world.shell.desired(Modules.desired(2, shadowed));
        world.run(15);
        assertEquals(shadowed.digest(), world.running.get("weather"));
        var order = world.performed.stream().filter(a -> a instanceof Action.Shadow || a instanceof Action.Swap)
                .map(a -> a.getClass().getSimpleName()).toList();
        assertEquals(List.of("Swap", "Shadow", "Swap"), order);
    }

    @Test
    void unreachableBrokerAfterProbationBringsTheOldReleaseBackForNow() {
        world.shell.desired(Modules.desired(2, V2));
        world.run(3);
        world.shell.on(new Event.Link(false));
        world.run(300);
        assertEquals(Phase.PROBATION, world.phase("weather"), "the broker is given time to come back");
        world.run(320);
        assertEquals(V1.digest(), world.running.get("weather"));
        assertEquals(ErrorClass.TRANSIENT, world.shell.state().failure("weather").kind());
        world.shell.on(new Event.Link(true));
        world.run(620);
        assertEquals(V2.digest(), world.running.get("weather"), "it was not the module's fault, so it gets another chance");
        assertEquals(Phase.COMMITTED, world.phase("weather"));
    }

    @Test
    void deviceWithoutNetworkIsUpdatedFromAFile() {
        world.shell.on(new Event.Link(false));
        world.answersRequests = false;
        assertEquals("", world.shell.bundle(new Bundle(List.of(), Modules.desired(2, V2), List.of(V2)).encode()));
        world.run(15);
        assertEquals(Phase.COMMITTED, world.phase("weather"), "no broker before the swap, so none is expected after it");
        assertEquals(V2.digest(), world.running.get("weather"));
        assertTrue(world.shell.bundle(new Bundle(List.of(), Modules.desired(1, V1), List.of(V1)).encode()).contains("generation 1"));
        assertTrue(world.shell.bundle(new byte[] {1, 2}).contains("not one item of deterministic CBOR"));
    }

    @Test
    void silentOperatorIsAskedAgainWithGrowingPauses() {
        world.answersRequests = false;
        int before = manifestRequests();
        world.shell.desired(Modules.desired(2, V2));
        world.run(600);
        int asked = manifestRequests() - before;
        assertTrue(asked >= 5 && asked <= 20, asked + " requests in ten minutes");
        var row = world.reported.modules().getFirst();
        assertEquals(ErrorClass.TRANSIENT, row.error());
        assertTrue(row.retrySeconds() > 10, row.toString());
        world.answersRequests = true;
        world.run(600);
        assertEquals(V2.digest(), world.running.get("weather"));
        assertNull(world.shell.state().failure("weather"), "success forgets the failures before it");
    }

    @Test
    void candidateSurvivesOneRestartButNotACrashLoop() throws IOException {
        world.shell.desired(Modules.desired(2, V2));
        world.run(3);
        World again = boot();
        again.run(15);
        assertEquals(V2.digest(), again.running.get("weather"));
        assertEquals(Phase.COMMITTED, again.phase("weather"));
        again.shell.desired(Modules.desired(3, V3));
        again.run(3);
        for (int restart = 0; restart < 3; restart++) {
            again = boot();
            again.run(1);
        }
        assertEquals(V2.digest(), again.running.get("weather"));
        assertEquals(Phase.QUARANTINED, again.phase("weather"));
        assertEquals("the device restarted 3 times during probation", again.shell.state().failure("weather").text());
        assertArrayEquals(("state of " + V2.digest().brief()).getBytes(), again.startedWith.get("weather"),
                "the snapshot of the swap comes from the disk");
    }

    @Test
    void silentModuleIsNotCommitted() {
        SignedModule mute = Modules.sign(withOutput("status"), Modules.binary(5, 800));
        world.offer(mute);
        world.shell.desired(Modules.desired(2, mute));
        world.run(15);
        assertEquals("published nothing on status", world.shell.state().failure("weather").text());
        assertEquals(V1.digest(), world.running.get("weather"));
    }

    @Test
    void aDeviceThatStoodStillLooksOnceMoreBeforeItCondemns() {
        Manifest t = Modules.template("weather", 5, 0);
        SignedModule busy = Modules.sign(new Manifest(t.module(), 5, t.version(), t.blob(), 0, List.of(), t.imports(), t.features(), t.resources(),
                t.capabilities(), t.state(), new Manifest.HealthRules(10, 7, 0, 0, List.of("reading")), 0, 0, 0), Modules.binary(5, 800));
        world.offer(busy);
        world.shell.desired(Modules.desired(2, busy));
        world.run(3);
        world.run(1, 3600);
        assertEquals(Phase.PROBATION, world.phase("weather"), "what was last seen is an hour old");
        world.shell.on(new Event.Observed("weather", busy.digest(), new Health(8, 0, 0, Set.of("reading"))));
        assertEquals(Phase.COMMITTED, world.phase("weather"));
    }

    @Test
    void damagedActiveBlobIsFetchedAgain() throws IOException {
        Files.write(directory.resolve("blobs").resolve(V1.manifest().blob().toString()), new byte[10]);
        World again = boot();
        again.run(20);
        assertEquals(V1.digest(), again.running.get("weather"));
        assertEquals(Phase.COMMITTED, again.phase("weather"));
    }

    @Test
    void previousReleaseStandsInForAnActiveOneThatCannotRun() {
        world.shell.desired(Modules.desired(2, V2));
        world.run(15);
        world.answersRequests = false;
        world.shell.desired(Modules.desired(3, V3));
        world.run(1);
        world.shell.on(new Event.Failed("weather", V2.digest(), Phase.COMMITTED, ErrorClass.PERMANENT, "it does not even start"));
        world.drain();
        assertEquals(V1.digest(), world.running.get("weather"));
        assertEquals(V1.digest(), world.store.table().modules().get("weather").active().manifest());
        world.answersRequests = true;
        world.run(60);
        assertEquals(V3.digest(), world.running.get("weather"), "the update under way goes on");
    }

    @Test
    void fleetDoesNotStartAtOnce() {
        var settings = java.util.stream.IntStream.range(0, 1000).mapToObj(i ->
                new Settings("device-" + i, java.util.Set.of(), false, 8, 600_000, 3, 3, dev.thimble.ota.step.Timing.DEFAULT));
        long[] starts = settings.mapToLong(s -> firstWake(new Updater(s))).sorted().toArray();
        for (int tenth = 0; tenth < 10; tenth++) {
            long from = tenth * 60_000L;
            long n = java.util.Arrays.stream(starts).filter(at -> at >= from && at < from + 60_000).count();
            assertTrue(n > 60 && n < 140, n + " of 1000 devices start in minute " + tenth);
        }
    }

    private static long firstWake(Updater updater) {
        Desired desired = Modules.assignment("device:" + updater.settings().device(), 5, Map.of("weather", V1.digest()));
        State state = updater.step(State.recovered(Table.EMPTY), new Event.Assigned(desired, V1.digest())).state();
        for (long at = 0; at <= 600_000; at += 1000) {
            Step step = updater.step(state, new Event.Tick(at, 0));
            if (step.actions().stream().anyMatch(a -> a instanceof Action.FindManifest)) {
                return at;
            }
            state = step.state();
        }
        return -1;
    }

    private static Manifest withOutput(String topic) {
        Manifest t = Modules.template("weather", 2, 1);
        return new Manifest(t.module(), 2, t.version(), t.blob(), 0, List.of(), t.imports(), t.features(), t.resources(),
                t.capabilities(), t.state(), new Manifest.HealthRules(10, 2, 0, 0, List.of(topic)), 0, 1, 0);
    }

    private int manifestRequests() {
        return (int) world.performed.stream().filter(a -> a instanceof Action.RequestManifest).count();
    }

    private int pulled(SignedModule module) {
        var payload = module.manifest().payloads().getFirst().digest();
        return world.performed.stream().mapToInt(a ->
                a instanceof Action.RequestChunks r && r.payload().equals(payload) ? r.chunks().size() : 0).sum();
    }

    private long chunkRequests() {
        return world.performed.stream().filter(a -> a instanceof Action.RequestChunks).count();
    }
}
