package dev.thimble.ota.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import COSE.Attribute;
import COSE.CoseException;
import COSE.HeaderKeys;
import COSE.Message;
import COSE.MessageTag;
import COSE.OneKey;
import COSE.SignMessage;
import COSE.Signer;
import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.ManifestCodec;
import dev.thimble.ota.world.Keys;
import dev.thimble.ota.world.Modules;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import net.i2p.crypto.eddsa.EdDSASecurityProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Our envelopes against COSE-JAVA, which has its own headers, Sig_structure and Ed25519 (RFC 9052 §4.1, §4.4): each side
 * accepts what the other signs, and refuses it when one bit is changed.
 */
class CoseCrossCheckTest {
    private static final byte[] MANIFEST = ManifestCodec.encode(Modules.release("weather", 1, 1000).manifest());

    /** Last in line, so that our own side goes on using the JDK's. */
    @BeforeAll
    static void addTheirEd25519() {
        Security.addProvider(new EdDSASecurityProvider());
    }

    @AfterAll
    static void removeTheirEd25519() {
        Security.removeProvider(EdDSASecurityProvider.PROVIDER_NAME);
    }

    @Test
    void theOtherSideVerifiesEachOfOurSignatures() throws Exception {
        SigningKey first = SigningKey.generate();
        SigningKey second = SigningKey.generate();
        byte[] ours = Envelope.sign(ManifestCodec.CONTENT_TYPE, MANIFEST, List.of(first, second));
        SignMessage read = read(ours);
        assertArrayEquals(MANIFEST, read.GetContent());
        assertEquals(ManifestCodec.CONTENT_TYPE, read.findAttribute(HeaderKeys.CONTENT_TYPE, Attribute.PROTECTED).AsString());
        List<Signer> signers = read.getSignerList();
        assertEquals(2, signers.size());
        for (int i = 0; i < 2; i++) {
            SigningKey key = List.of(first, second).get(i);
            Signer signer = signers.get(i);
            assertEquals(key.publicKey().id(), Digest.of(signer.findAttribute(HeaderKeys.KID, Attribute.PROTECTED).GetByteString()));
            signer.setKey(publicHalf(key));
            assertTrue(read.validate(signer));
            signer.clearKey();
            signer.setKey(publicHalf(SigningKey.generate()));
            assertFalse(read.validate(signer), "another key");
        }
        SignMessage changed = read(flipped(ours, ours.length - 1));
        changed.getSigner(1).setKey(publicHalf(second));
        assertFalse(changed.validate(changed.getSigner(1)), "a changed signature");
    }

    @Test
    void weVerifyWhatTheOtherSideSigns() throws Exception {
        Keys keys = Keys.SHARED;
        Trust trust = Trust.begin(keys.firstRoot(), false);
        byte[] theirs = theirs(ManifestCodec.CONTENT_TYPE, MANIFEST, keys.release);
        Manifest manifest = trust.manifest(theirs);
        assertEquals("weather", manifest.module());
        assertArrayEquals(Trust.signManifest(manifest, List.of(keys.release)), theirs, "Ed25519 and the encoding are deterministic");
        byte[] changed = theirs.clone();
        changed[changed.length - 1] ^= 1;
        assertThrows(RefusedSignatureException.class, () -> trust.manifest(changed));
        byte[] stranger = theirs(ManifestCodec.CONTENT_TYPE, MANIFEST, SigningKey.generate());
        assertThrows(RefusedSignatureException.class, () -> trust.manifest(stranger));
        byte[] otherKind = theirs("application/vnd.thimble.desired+cbor", MANIFEST, keys.release);
        assertThrows(RefusedSignatureException.class, () -> trust.manifest(otherKind));
    }

    private static byte[] theirs(String contentType, byte[] payload, SigningKey key) throws CoseException {
        SignMessage message = new SignMessage(false, true);
        message.addAttribute(HeaderKeys.CONTENT_TYPE, CBORObject.FromObject(contentType), Attribute.PROTECTED);
        message.SetContent(payload);
        Signer signer = new Signer(bothHalves(key));
        signer.addAttribute(HeaderKeys.Algorithm, CBORObject.FromObject(-8), Attribute.PROTECTED);
        signer.addAttribute(HeaderKeys.KID, key.publicKey().id().bytes(), Attribute.PROTECTED);
        message.AddSigner(signer);
        message.sign();
        return message.EncodeToBytes();
    }

    private static SignMessage read(byte[] envelope) throws CoseException {
        return (SignMessage) Message.DecodeFromBytes(envelope, MessageTag.Sign);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        return changed;
    }

    /** COSE_Key of RFC 9053 §7.2: key type 1 (OKP), curve 6 (Ed25519). */
    private static OneKey publicHalf(SigningKey key) throws CoseException {
        return new OneKey(okp(key));
    }

    private static OneKey bothHalves(SigningKey key) throws CoseException {
        byte[] pkcs8 = key.secret().getEncoded();
        return new OneKey(okp(key).Add(-4, Arrays.copyOfRange(pkcs8, pkcs8.length - 32, pkcs8.length)));
    }

    private static CBORObject okp(SigningKey key) {
        return CBORObject.NewMap().Add(1, 1).Add(-1, 6).Add(-2, key.publicKey().raw());
    }
}
