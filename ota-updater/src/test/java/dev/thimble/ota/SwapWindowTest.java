package dev.thimble.ota;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.step.Action;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.Settings;
import dev.thimble.ota.step.Table;
import dev.thimble.ota.store.DiskFileSystem;
import dev.thimble.ota.world.Modules;
import dev.thimble.ota.world.PowerCutDisk;
import dev.thimble.ota.world.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is said between the decision to swap and the first report from probation, one release runs, and it is on disk. */
class SwapWindowTest {
    private static final String NAME = "weather";
    private static final SignedModule V1 = Modules.release(NAME, 1, 600);
    private static final SignedModule V2 = Modules.release(NAME, 2, 900);
    private static final SignedModule V3 = Modules.release(NAME, 3, 700);
    private static final byte[] STATE = ("state of " + V1.digest().brief()).getBytes();

    @TempDir
    Path directory;
    private World world;

    /** The first release runs; the second is about to be swapped in, but the cells are busy. */
    @BeforeEach
    void reachTheSwap() throws IOException {
        world = new World(new DiskFileSystem(directory), Settings.of("dev1"), V1, V2, V3).start();
        world.shell.desired(Modules.desired(1, V1));
        world.run(15);
        world.holdsSwaps = true;
        world.shell.desired(Modules.desired(2, V2));
        world.run(2);
        assertEquals(Phase.SWAP, world.phase(NAME));
        assertEquals(V1.digest(), world.running.get(NAME));
        assertEquals(V2.digest(), entry().candidate().manifest(), "the try is on disk before candidate code runs");
        assertEquals(1, entry().tries());
    }

    private Table.Entry entry() {
        return world.store.table().modules().get(NAME);
    }

    private void assertFirstRunsUntouched() {
        assertEquals(V1.digest(), world.running.get(NAME));
        assertNull(world.startedWith.get(NAME), "it was never stopped: it would have been started with a state");
        assertEquals(V1.digest(), entry().active().manifest());
        assertNull(entry().candidate());
    }

    @Test
    void aSwapThatNeverBeganIsWithdrawnWhenItsTimeIsUp() {
        world.run(9);
        assertFirstRunsUntouched();
        world.doHeldSwaps();
        world.drain();
        assertFirstRunsUntouched();
        assertEquals(ErrorClass.TRANSIENT, world.reported.modules().getFirst().error());
        world.run(30);
        assertEquals(V2.digest(), world.running.get(NAME), "the next attempt finds the cells free");
        assertEquals(Phase.COMMITTED, world.phase(NAME));
    }

    @Test
    void aSwapThatIsWithdrawnAgainAndAgainIsGivenUp() {
        world.run(120);
        assertFirstRunsUntouched();
        assertEquals(Phase.QUARANTINED, world.phase(NAME));
        assertEquals(3, world.performed.stream().filter(a -> a instanceof Action.Swap s && s.digest().equals(V2.digest())).count());
    }

    @Test
    void cancelWaitsForTheSwapAndTakesItBackWithTheState() {
        world.shell.command(Event.Verb.CANCEL, NAME, false);
        world.run(1);
        assertEquals(Phase.SWAP, world.phase(NAME), "what is on its way to the cells is not half known");
        world.doHeldSwaps();
        world.run(2);
        assertEquals(V1.digest(), world.running.get(NAME));
        assertArrayEquals(STATE, world.startedWith.get(NAME));
        assertEquals(Phase.COMMITTED, world.phase(NAME));
        assertEquals("vetoed by the operator", world.reported.modules().getFirst().text());
        assertTrue(entry().quarantined().isEmpty(), "the operator's word is no verdict on the release");
    }

    @Test
    void cancelOfASwapThatNeverBeginsEndsWithTheDeadline() {
        world.shell.command(Event.Verb.CANCEL, NAME, false);
        world.run(12);
        assertFirstRunsUntouched();
        world.run(60);
        assertFirstRunsUntouched();
        assertEquals(ErrorClass.POLICY, world.reported.modules().getFirst().error(), "it is not tried again");
    }

    @Test
    void pauseLetsTheSwapGoOnAndHoldsWhatComesNext() {
        world.shell.command(Event.Verb.PAUSE, null, false);
        world.doHeldSwaps();
        world.run(2);
        assertEquals(Phase.PROBATION, world.phase(NAME));
        world.run(15);
        assertEquals(Phase.COMMITTED, world.phase(NAME));
        assertEquals(V2.digest(), world.running.get(NAME));
        world.shell.desired(Modules.desired(3, V3));
        world.run(15);
        assertEquals(Phase.PAUSED, world.phase(NAME));
    }

    @Test
    void aPausedUpdaterDoesNotTryAgainByItself() {
        world.shell.command(Event.Verb.PAUSE, null, false);
        world.run(11);
        world.holdsSwaps = false;
        world.run(60);
        assertFirstRunsUntouched();
        assertEquals(Phase.PAUSED, world.phase(NAME));
        world.shell.command(Event.Verb.RESUME, null, false);
        world.run(20);
        assertEquals(V2.digest(), world.running.get(NAME));
    }

    @Test
    void theOldReleaseAssignedAgainVetoesTheSwap() {
        world.shell.desired(Modules.desired(3, V1));
        world.doHeldSwaps();
        world.run(3);
        assertEquals(V1.digest(), world.running.get(NAME));
        assertArrayEquals(STATE, world.startedWith.get(NAME));
        assertEquals(Phase.COMMITTED, world.phase(NAME));
    }

    @Test
    void anotherReleaseAssignedMeanwhileComesAfterTheVerdict() {
        world.shell.desired(Modules.desired(3, V3));
        world.doHeldSwaps();
        world.run(3);
        assertEquals(V2.digest(), world.running.get(NAME));
        world.run(30);
        assertEquals(V3.digest(), world.running.get(NAME));
        assertEquals(V2.digest(), entry().previous().manifest());
    }

    @Test
    void aRemovedModuleIsTakenBackFirstAndThenRetired() {
        world.shell.desired(Modules.desired(3));
        world.doHeldSwaps();
        world.run(3);
        assertEquals(Map.of(), world.running);
        assertEquals(Map.of(), world.store.table().modules());
    }

    @Test
    void aRestartBeforeTheSwapTriesTheCandidateAndCountsTheTry() throws IOException {
        World again = new World(new DiskFileSystem(directory), Settings.of("dev1"), V1, V2, V3).start();
        again.drain();
        assertEquals(V2.digest(), again.running.get(NAME));
        assertEquals(2, again.store.table().modules().get(NAME).tries());
    }

    @Test
    void aCancelBeforeTheDecisionIsOnDiskLeavesNothingBehind() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(Map.of());
        world = new World(disk, Settings.of("dev1"), V1, V2).start();
        world.shell.desired(Modules.desired(1, V1));
        world.run(15);
        disk.broken(true);
        world.shell.on(new Event.Assigned(dev.thimble.ota.world.Modules.assignment("device:dev1", 2, Map.of(NAME, V2.digest())), V2.digest()));
        world.shell.command(Event.Verb.CANCEL, NAME, false);
        disk.broken(false);
        world.run(60);
        assertFirstRunsUntouched();
    }

    @Test
    void aDamagedOldReleaseAtTheRollBackIsReplacedByTheOneBefore() throws IOException {
        world.doHeldSwaps();
        world.run(15);
        world.shell.desired(Modules.desired(3, V3));
        world.run(3);
        assertEquals(Phase.PROBATION, world.phase(NAME));
        java.nio.file.Files.write(directory.resolve("blobs/" + V2.manifest().blob()), new byte[] {1});
        world.trapping.add(V3.digest());
        world.run(3);
        assertEquals(V1.digest(), world.running.get(NAME), "the one that was to come back is not whole");
    }
}
