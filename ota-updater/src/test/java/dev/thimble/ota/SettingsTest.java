package dev.thimble.ota;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.thimble.ota.world.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New settings for a release that runs take the way of an update, without a download, and with its way back. */
class SettingsTest {
    private static final String NAME = "weather";
    private static final SignedModule V1 = Modules.release(NAME, 1, 600);
    private static final SignedModule V2 = Modules.release(NAME, 2, 900);
    private static final Map<String, String> SLOW = Map.of("period", "60");
    private static final Map<String, String> FAST = Map.of("period", "1", "unit", "K");
    private static final Map<String, String> BAD = Map.of("trap", "yes");

    @TempDir
    Path directory;
    private World world;

    @BeforeEach
    void install() throws IOException {
        world = boot();
        assign(1, V1, SLOW);
        world.run(15);
        assertEquals(SLOW, world.settings.get(NAME));
    }

    private World boot() throws IOException {
        return new World(new DiskFileSystem(directory), Settings.of("dev1"), V1, V2).start();
    }

    private void assign(long generation, SignedModule module, Map<String, String> settings) {
        world.shell.desired(Modules.desired(generation, settings, module));
    }

    private Table.Entry entry() {
        return world.store.table().modules().get(NAME);
    }

    @Test
    void newSettingsComeThroughASwapWithStateAndProbationAndWithoutADownload() {
        int before = world.performed.size();
        assign(2, V1, FAST);
        world.run(3);
        assertEquals(Phase.PROBATION, world.phase(NAME));
        assertEquals(FAST, world.settings.get(NAME));
        assertArrayEquals(("state of " + V1.digest().brief()).getBytes(), world.startedWith.get(NAME));
        world.run(12);
        assertEquals(Phase.COMMITTED, world.phase(NAME));
        assertTrue(world.performed.subList(before, world.performed.size()).stream().noneMatch(a ->
                a instanceof Action.RequestChunks || a instanceof Action.RequestManifest), "it is all here");
        assertEquals(null, entry().previous(), "the release to go back to is not replaced by itself");
    }

    @Test
    void settingsThatMakeItTrapAreTakenBackAndNotTriedAgainButTheReleaseIsNotToBlame() throws IOException {
        assign(2, V1, BAD);
        world.run(15);
        assertEquals(SLOW, world.settings.get(NAME));
        assertEquals(V1.digest(), world.running.get(NAME));
        assertEquals(Phase.QUARANTINED, world.phase(NAME));
        assertEquals(ErrorClass.PERMANENT, world.reported.modules().getFirst().error());
        World again = boot();
        again.run(15);
        assertEquals(SLOW, again.settings.get(NAME));
        assertTrue(again.performed.stream().noneMatch(a -> a instanceof Action.Swap), "not again after a restart");
        world = again;
        assign(3, V1, FAST);
        world.run(15);
        assertEquals(FAST, world.settings.get(NAME), "other settings are given their chance");
        assertEquals(Phase.COMMITTED, world.phase(NAME));
        assign(4, V1, SLOW);
        world.run(15);
        assertEquals(SLOW, world.settings.get(NAME));
    }

    @Test
    void aReleaseRunsAgainWithItsOwnSettingsAfterARestartAndAfterARollBack() throws IOException {
        World again = boot();
        again.drain();
        assertEquals(SLOW, again.settings.get(NAME), "before any assignment has arrived");
        world = again;
        world.trapping.add(V2.digest());
        assign(2, V2, FAST);
        world.run(4);
        assertEquals(V1.digest(), world.running.get(NAME));
        assertEquals(SLOW, world.settings.get(NAME), "those it was committed with, not those of the release that failed");
    }

    @Test
    void settingsThatChangeDuringProbationComeNext() {
        assign(2, V2, SLOW);
        world.run(4);
        assertEquals(Phase.PROBATION, world.phase(NAME));
        assign(3, V2, FAST);
        world.run(4);
        assertEquals(SLOW, world.settings.get(NAME), "the candidate is judged first");
        world.run(20);
        assertEquals(Phase.COMMITTED, world.phase(NAME));
        assertEquals(FAST, world.settings.get(NAME));
        assertEquals(V1.digest(), entry().previous().manifest());
    }

    @Test
    void settingsThatWereTakenBackBeforeTheSwapChangeNothing() {
        world.shell.command(Event.Verb.PAUSE, null, false);
        assign(2, V1, FAST);
        world.run(2);
        assertEquals(Phase.PAUSED, world.phase(NAME));
        assign(3, V1, SLOW);
        world.shell.command(Event.Verb.RESUME, null, false);
        world.run(2);
        assertEquals(Phase.COMMITTED, world.phase(NAME));
        assertTrue(world.performed.stream().filter(a -> a instanceof Action.Swap).count() == 1, "the first install only");
    }

    @Test
    void noSettingsAtAllAreSettingsToo() {
        world.shell.desired(Modules.desired(2, V1));
        world.run(15);
        assertEquals(Map.of(), world.settings.get(NAME));
        assertEquals(Phase.COMMITTED, world.phase(NAME));
    }

    @Test
    void aLateFailureOfAnAttemptThatWasGivenUpSaysNothingAboutTheRunningRelease() {
        assign(2, V1, FAST);
        assign(3, V1, SLOW);
        world.run(2);
        world.shell.on(new Event.Failed(NAME, V1.digest(), Phase.STAGE, ErrorClass.PERMANENT, "late"));
        assertEquals(V1.digest(), entry().active().manifest());
        assertEquals(V1.digest(), world.running.get(NAME));
    }

    @Test
    void damagedSettingsAreFetchedFromTheAssignmentAgain() throws IOException {
        var settings = entry().active().settings();
        java.nio.file.Files.write(directory.resolve("blobs/" + settings), new byte[] {1});
        world = boot();
        world.run(15);
        assertEquals(SLOW, world.settings.get(NAME));
        assertEquals(Phase.COMMITTED, world.phase(NAME));
    }
}
