package dev.thimble.ota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.content.Encoding;
import dev.thimble.ota.content.MerkleTree;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Payload;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.Settings;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.ota.trust.Trust;
import dev.thimble.ota.world.Keys;
import dev.thimble.ota.world.Modules;
import dev.thimble.ota.world.PowerCutDisk;
import dev.thimble.ota.world.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody with the broker, or with one stolen key, can try. In the end the good release runs and says why. */
class HostileOperatorTest {
    private static final SignedModule V1 = Modules.release("weather", 1, 1000);
    private static final SignedModule V2 = Modules.release("weather", 2, 1500);
    private static final SignedModule V3 = Modules.release("weather", 3, 1200);
    private static final List<SigningKey> DIRECTOR = List.of(Keys.SHARED.director);

    private PowerCutDisk disk;
    private World world;
    private SignedModule good;

    @BeforeEach
    void deviceRunsTheSecondRelease() throws IOException {
        disk = new PowerCutDisk(Map.of());
        world = new World(disk, Settings.of("dev1"), V1, V2, V3).start();
        world.shell.desired(Modules.desired(1, V1));
        world.run(15);
        world.shell.desired(Modules.desired(2, V2));
        world.run(15);
        good = V2;
    }

    @AfterEach
    void goodReleaseRuns() {
        assertEquals(good.digest(), world.running.get("weather"));
        assertEquals(Phase.COMMITTED, world.phase("weather"));
    }

    private void assertRefusal(String part) {
        String all = world.reported.refusal() + "\n" + world.reported.modules().getFirst().text();
        assertTrue(all.contains(part), all);
    }

    @Test
    void replayedAssignment() {
        world.shell.desired(Modules.desired(1, V1));
        world.run(20);
        assertRefusal("generation 1, generation 2 was accepted before");
    }

    @Test
    void anotherAssignmentOfTheSameGeneration() {
        world.shell.desired(Modules.desired(2, V3));
        world.run(20);
        assertRefusal("another assignment with generation 2");
    }

    @Test
    void releaseBelowTheFloor() throws IOException {
        world.shell.desired(Modules.desired(3, V3));
        world.run(15);
        good = V3;
        world.shell.desired(Modules.desired(4, V1));
        world.run(20);
        assertRefusal("sequence 1 is below the floor 2");
        assertEquals(ErrorClass.POLICY, world.shell.state().failure("weather").kind());
    }

    @Test
    void assignmentForAnotherDevice() {
        Desired theirs = Modules.assignment("device:dev2", 9, Map.of("weather", V3.digest()));
        world.shell.desired(Trust.signDesired(theirs, DIRECTOR));
        Desired group = Modules.assignment("group:cellar", 9, Map.of("weather", V3.digest()));
        world.shell.desired(Trust.signDesired(group, DIRECTOR));
        world.run(20);
        assertRefusal("not for this device");
    }

    @Test
    void stolenDirectorKeyCannotRunNewCode() {
        SignedModule own = SignedModule.sign(Modules.template("weather", 9, 0), Modules.binary(66, 900), 256, List.of(), DIRECTOR);
        world.offer(own);
        world.shell.desired(Modules.desired(3, own));
        world.run(30);
        assertRefusal("release role: 0 valid signatures of 1, 1 are required");
    }

    @Test
    void stolenBrokerAnswersWithAnotherSignedManifest() {
        world.answersRequests = false;
        world.shell.desired(Modules.desired(3, V3));
        world.run(1);
        world.shell.chunk(V3.digest(), 0, V1.messages().get(V1.digest()).getFirst(), false);
        assertEquals(Phase.ASSIGNED, world.phase("weather"));
        world.answersRequests = true;
        world.run(60);
        good = V3;
    }

    @Test
    void releaseKeyForAnotherModuleName() {
        SignedModule other = Modules.release("doorlock", 5, 800);
        world.offer(other);
        Desired desired = Modules.assignment("device:dev1", 3, Map.of("weather", other.digest()));
        world.shell.desired(Trust.signDesired(desired, DIRECTOR));
        world.run(20);
        assertRefusal("the manifest is for module 'doorlock'");
    }

    @Test
    void zipBomb() {
        byte[] bomb = deflated(32 << 20);
        Manifest t = Modules.template("weather", 3, 2);
        Payload payload = new Payload(Encoding.DEFLATE, null, Digest.ofContent(bomb), bomb.length, 4096, MerkleTree.of(bomb, 4096).root());
        Manifest manifest = new Manifest(t.module(), 3, t.version(), Digest.ofContent(new byte[32 << 20]), 5000, List.of(payload), t.imports(),
                t.features(), t.resources(), t.capabilities(), t.state(), t.health(), 0, 2, 0);
        SignedModule module = new SignedModule(Trust.signManifest(manifest, List.of(Keys.SHARED.release)), List.of(bomb));
        world.offer(module);
        world.shell.desired(Modules.desired(3, module));
        world.run(20);
        assertRefusal("the payload inflates to more than 5000 bytes");
        assertEquals(Phase.QUARANTINED, world.phase("weather"));
        world.shell.desired(Modules.desired(4, V2));
    }

    @Test
    void fullDisk() {
        disk.capacity(disk.contents().values().stream().mapToLong(b -> b.length).sum() + 70_000);
        SignedModule big = Modules.release("weather", 3, 20_000);
        world.offer(big);
        world.shell.desired(Modules.desired(3, big));
        world.run(20);
        assertRefusal("bytes of flash");
        assertEquals(ErrorClass.TRANSIENT, world.shell.state().failure("weather").kind());
        assertEquals(V2.digest(), world.running.get("weather"));
        disk.capacity(Long.MAX_VALUE);
        world.run(60);
        good = big;
    }

    @Test
    void clockIn1970() {
        world.shell.timestamp(Trust.signTimestamp(World.NOON + 100_000, List.of(Keys.SHARED.timestamp)));
        world.wall = 0;
        world.run(1);
        Desired expired = new Desired("device:dev1", 3, Map.of("weather", V1.digest()), Map.of(), false, 0, World.NOON);
        world.shell.desired(Trust.signDesired(expired, DIRECTOR));
        assertRefusal("the assignment has expired");
        Desired later = new Desired("device:dev1", 4, Map.of("weather", V3.digest()), Map.of(), false, World.NOON + 200_000, 0);
        world.shell.desired(Trust.signDesired(later, DIRECTOR));
        world.run(20);
        assertEquals(V2.digest(), world.running.get("weather"), "its time has not come");
        world.shell.timestamp(Trust.signTimestamp(World.NOON + 200_000, List.of(Keys.SHARED.timestamp)));
        world.run(20);
        good = V3;
    }

    @Test
    void trustedTimeDoesNotGoBack() throws IOException {
        world.shell.timestamp(Trust.signTimestamp(World.NOON + 100_000, List.of(Keys.SHARED.timestamp)));
        world.shell.timestamp(Trust.signTimestamp(5, List.of(Keys.SHARED.timestamp)));
        world.shell.timestamp(Trust.signTimestamp(World.NOON * 2, DIRECTOR));
        assertEquals(World.NOON + 100_000, world.store.table().trustedTime());
    }

    @Test
    void twoUpdatesAtOnce() {
        SignedModule other = Modules.release("other", 1, 700);
        world.offer(other);
        world.shell.desired(Modules.desired(3, V3, other));
        world.run(3);
        assertEquals(Phase.PROBATION, world.phase("weather"));
        SignedModule v4 = Modules.release("weather", 4, 900);
        world.offer(v4);
        world.shell.desired(Modules.desired(4, v4, other));
        world.run(2);
        assertEquals(Phase.PROBATION, world.phase("weather"), "a candidate on trial is judged before the next one comes");
        world.run(40);
        assertEquals(other.digest(), world.running.get("other"));
        assertEquals(V3.digest(), world.store.table().modules().get("weather").previous().manifest());
        good = v4;
    }

    @Test
    void retainedCommand() {
        world.shell.command(Event.Verb.PAUSE, null, true);
        assertFalse(world.store.table().paused());
        assertTrue(world.audits.getLast().what().contains("a retained command"));
    }

    @Test
    void pauseHoldsResumeGoesOnCancelForgets() {
        world.shell.command(Event.Verb.PAUSE, null, false);
        world.shell.desired(Modules.desired(3, V3));
        world.run(30);
        assertEquals(Phase.PAUSED, world.phase("weather"));
        assertTrue(world.store.table().paused(), "it survives a restart");
        world.shell.command(Event.Verb.CANCEL, "weather", false);
        world.shell.command(Event.Verb.RESUME, null, false);
        world.run(20);
        assertRefusal("cancelled by the operator");
        assertEquals(V2.digest(), world.running.get("weather"));
        world.shell.desired(Modules.desired(4, V3));
        world.run(3);
        world.shell.command(Event.Verb.CANCEL, "weather", false);
        world.run(3);
        assertRefusal("vetoed by the operator");
        assertEquals(V2.digest(), world.running.get("weather"));
        assertTrue(world.store.table().modules().get("weather").quarantined().isEmpty(), "a veto is not the module's fault");
    }

    @Test
    void refusalsComeAllAtOnce() {
        world.refusals.add(new Event.Refusal(ErrorClass.POLICY, "imports thimble:spi/1 transfer, which this board does not have"));
        world.refusals.add(new Event.Refusal(ErrorClass.POLICY, "needs 40 memory pages, 16 are granted"));
        SignedModule expired = Modules.sign(expired(), Modules.binary(8, 600));
        world.offer(expired);
        world.shell.desired(Modules.desired(3, expired));
        world.run(20);
        assertEquals(3, world.reported.modules().getFirst().text().lines().count());
    }

    private static Manifest expired() {
        Manifest t = Modules.template("weather", 3, 2);
        return new Manifest(t.module(), 3, t.version(), t.blob(), 0, List.of(), t.imports(), t.features(), t.resources(),
                t.capabilities(), t.state(), t.health(), 0, 2, World.NOON - 5);
    }

    /** Floods every entrance; what it costs the device is bounded: no growing state, no writes, few reports. */
    @Test
    void hundredThousandJunkMessages() {
        Random random = new Random(1);
        byte[] signedByNobody = Trust.signDesired(Modules.assignment("device:dev1", 99, Map.of()), List.of(Keys.SHARED.release));
        int changes = disk.changes().size();
        int reports = world.performed.size();
        long junk = world.shell.junk();
        long begin = System.nanoTime();
        for (int i = 0; i < 100_000; i++) {
            byte[] message = i % 500 == 0 ? signedByNobody : new byte[random.nextInt(200)];
            random.nextBytes(message == signedByNobody ? new byte[0] : message);
            switch (i % 4) {
                case 0 -> world.shell.desired(message);
                case 1 -> world.shell.chunk(Digest.ofContent(new byte[] {(byte) i}), random.nextInt(), message, true);
                case 2 -> world.shell.root(message);
                default -> world.shell.timestamp(message);
            }
        }
        System.out.printf("junk: %,.0f messages/s were refused%n", 100_000 / ((System.nanoTime() - begin) / 1e9));
        assertEquals(junk + 100_000, world.shell.junk());
        assertTrue(world.performed.size() - reports <= 1, "one report");
        assertTrue(disk.changes().size() - changes <= 3, "one audit record");
        world.shell.desired(Modules.desired(3, V3));
        world.run(20);
        good = V3;
    }

    private static byte[] deflated(int zeros) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(9, true))) {
            byte[] block = new byte[1 << 16];
            for (int n = 0; n < zeros; n += block.length) {
                deflater.write(block);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return Arrays.copyOf(out.toByteArray(), out.size());
    }
}
