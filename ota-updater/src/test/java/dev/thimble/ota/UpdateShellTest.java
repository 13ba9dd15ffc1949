package dev.thimble.ota;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.step.Action;
import dev.thimble.ota.step.Settings;
import dev.thimble.ota.store.DiskFileSystem;
import dev.thimble.ota.trust.Trust;
import dev.thimble.ota.world.Keys;
import dev.thimble.ota.world.Modules;
import dev.thimble.ota.world.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    private int pulled(SignedModule module) {
        var payload = module.manifest().payloads().getFirst().digest();
        return world.performed.stream().mapToInt(a ->
                a instanceof Action.RequestChunks r && r.payload().equals(payload) ? r.chunks().size() : 0).sum();
    }

    private long chunkRequests() {
        return world.performed.stream().filter(a -> a instanceof Action.RequestChunks).count();
    }
}
