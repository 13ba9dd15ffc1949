package dev.thimble.ota.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.world.Keys;
import dev.thimble.ota.world.Modules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {
    private static final Keys KEYS = Keys.SHARED;
    private static final Manifest MANIFEST = Modules.release("weather", 1, 1000).manifest();

    @Test
    void thresholdOfRootKeysIsRequired() {
        Root root = KEYS.root(1, false);
        assertEquals(1, Trust.begin(Trust.signRoot(root, KEYS.rootKeys), false).root().version());
        byte[] one = Trust.signRoot(root, KEYS.rootKeys.subList(0, 1));
        byte[] twice = Trust.signRoot(root, List.of(KEYS.rootKeys.get(0), KEYS.rootKeys.get(0)));
        byte[] stranger = Trust.signRoot(root, List.of(KEYS.rootKeys.get(0), KEYS.release));
        for (byte[] bad : List.of(one, twice, stranger)) {
            assertThrows(RefusedSignatureException.class, () -> Trust.begin(bad, false));
        }
        byte[] added = Envelope.addSignatures(one, Trust.MAX_ROOT, List.of(KEYS.rootKeys.get(2)));
        assertEquals(1, Trust.begin(added, false).root().version());
    }

    @Test
    void keysRotateOnlyStepByStepAndWithBothSetsConsent() {
        Trust first = Trust.begin(KEYS.firstRoot(), false);
        Keys others = new Keys();
        Root second = others.root(2, false);
        List<SigningKey> both = List.of(KEYS.rootKeys.get(0), KEYS.rootKeys.get(1), others.rootKeys.get(0), others.rootKeys.get(1));
        Trust next = first.advance(Trust.signRoot(second, both), false);
        assertEquals(2, next.root().version());
        assertThrows(RefusedSignatureException.class, () -> first.advance(Trust.signRoot(second, others.rootKeys), false), "old keys missing");
        assertThrows(RefusedSignatureException.class, () -> first.advance(Trust.signRoot(second, KEYS.rootKeys), false), "new keys missing");
        assertThrows(RefusedSignatureException.class, () -> first.advance(Trust.signRoot(others.root(3, false), both), false), "a gap");
        assertThrows(RefusedSignatureException.class, () -> next.advance(Trust.signRoot(KEYS.root(1, false), both), false), "going back");
        byte[] old = Trust.signManifest(MANIFEST, List.of(KEYS.release));
        assertEquals(MANIFEST, first.manifest(old));
        assertThrows(RefusedSignatureException.class, () -> next.manifest(old), "the retired release key is worth nothing");
    }

    @Test
    void developmentKeysCountOnDevelopmentDevicesOnly() {
        byte[] set = Trust.signRoot(KEYS.root(1, true), KEYS.rootKeys);
        assertTrue(Trust.begin(set, true).root().development());
        assertThrows(RefusedSignatureException.class, () -> Trust.begin(set, false));
        Trust field = Trust.begin(KEYS.firstRoot(), true);
        assertThrows(RefusedSignatureException.class, () -> field.advance(Trust.signRoot(KEYS.root(2, true), KEYS.rootKeys), true));
    }

    @Test
    void delegatedKeySignsForItsPrefixOnly() {
        SigningKey partner = SigningKey.generate();
        Root root = new Root(1, false, KEYS.rootRole(), List.of(
                new Root.Delegation("partner-", Root.Role.of(partner.publicKey())),
                new Root.Delegation("", new Root.Role(2, new LinkedHashSet<>(List.of(KEYS.release.publicKey(), KEYS.director.publicKey()))))),
                Root.Role.of(KEYS.director.publicKey()), Root.Role.of(KEYS.timestamp.publicKey()));
        Trust trust = Trust.begin(Trust.signRoot(root, KEYS.rootKeys), false);
        Manifest theirs = Modules.release("partner-fan", 1, 500).manifest();
        assertEquals(theirs, trust.manifest(Trust.signManifest(theirs, List.of(partner))));
        assertThrows(RefusedSignatureException.class, () -> trust.manifest(Trust.signManifest(MANIFEST, List.of(partner))));
        assertThrows(RefusedSignatureException.class, () -> trust.manifest(Trust.signManifest(MANIFEST, List.of(KEYS.release))), "one of two");
        assertEquals(MANIFEST, trust.manifest(Trust.signManifest(MANIFEST, List.of(KEYS.release, KEYS.director))));
    }

    @Test
    void noRoleSpeaksForAnother() {
        Trust trust = Trust.begin(KEYS.firstRoot(), false);
        var desired = Modules.assignment("device:dev1", 1, Map.of());
        assertEquals(desired, trust.desired(Trust.signDesired(desired, List.of(KEYS.director))));
        assertThrows(RefusedSignatureException.class, () -> trust.desired(Trust.signDesired(desired, List.of(KEYS.release))));
        assertThrows(RefusedSignatureException.class, () -> trust.manifest(Trust.signManifest(MANIFEST, List.of(KEYS.director))));
        assertThrows(RefusedSignatureException.class, () -> trust.timestamp(Trust.signTimestamp(5, List.of(KEYS.director))));
        assertEquals(5, trust.timestamp(Trust.signTimestamp(5, List.of(KEYS.timestamp))));
        byte[] confused = Envelope.sign("application/other", Trust.signDesired(desired, List.of()), List.of(KEYS.director));
        assertThrows(RefusedSignatureException.class, () -> trust.desired(confused), "signed, but as something else");
    }

    @Test
    void everyChangedBitIsRefused() {
        Trust trust = Trust.begin(KEYS.firstRoot(), false);
        byte[] good = Trust.signManifest(MANIFEST, List.of(KEYS.release));
        for (int bit = 0; bit < good.length * 8; bit += 5) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            int at = bit;
            assertThrows(RuntimeException.class, () -> {
                try {
                    trust.manifest(bad);
                } catch (MalformedDocumentException | RefusedSignatureException e) {
                    throw new RuntimeException(e);
                }
            }, () -> "bit " + at);
        }
    }

    @Test
    void keyFilesAreStandardAndPrivate(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("release.pem");
        KeyFiles.write(file, KEYS.release);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(KEYS.release.publicKey(), KeyFiles.readPrivate(file).publicKey());
        assertTrue(Files.readString(file).startsWith("-----BEGIN PRIVATE KEY-----\n"));
        assertThrows(IOException.class, () -> KeyFiles.write(file, KEYS.director), "an existing key is never overwritten");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(assertThrows(IOException.class, () -> KeyFiles.readPrivate(file)).getMessage().contains("chmod 600"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Path foreign = directory.resolve("director.pem");
        KeyFiles.write(foreign, KEYS.director);
        Files.copy(foreign.resolveSibling("director.pem.pub"), directory.resolve("release.pem.pub"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertTrue(assertThrows(IOException.class, () -> KeyFiles.readPrivate(file)).getMessage().contains("does not belong"));
    }

    /** RFC 8032 §7.1, test 2: our reading of keys and signatures is everyone's. */
    @Test
    void ed25519IsThatOfTheRfc() {
        var hex = java.util.HexFormat.of();
        PublicKey key = PublicKey.of(hex.parseHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
        byte[] signature = hex.parseHex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        assertTrue(key.verifies(new byte[] {0x72}, signature));
        assertTrue(!key.verifies(new byte[] {0x73}, signature));
    }
}
