package dev.thimble.ota.trust;

import dev.thimble.ota.cbor.Fields;
import dev.thimble.ota.cbor.Cbor;
import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.ManifestCodec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a device believes, given one key set: turns signed bytes into documents or refuses them.
 * Immutable; {@link #advance} gives the successor.
 *
 * <p>Every reader here throws {@link dev.thimble.ota.cbor.MalformedDocumentException} for bytes that
 * are no such document and {@link RefusedSignatureException} for a document that is not vouched for.
 */
public final class Trust {
    /** Room for 32 signatures and the headers beside the payload. */
    private static final int OVERHEAD = 8 << 10;
    public static final int MAX_MANIFEST = ManifestCodec.MAX_BYTES;
    public static final int MAX_DESIRED = Desired.MAX_BYTES + OVERHEAD;
    public static final int MAX_ROOT = Root.MAX_BYTES + OVERHEAD;
    public static final String TIMESTAMP_TYPE = "application/vnd.thimble.timestamp+cbor";

    private final Root root;
    private final byte[] envelope;

    private Trust(Root root, byte[] envelope) {
        this.root = root;
        this.envelope = envelope;
    }

    /**
     * Begins with a key set that was put on the device by hand. It must be signed by itself.
     *
     * @param development whether the device was started in development mode; without it a development key set is refused
     */
    public static Trust begin(byte[] rootEnvelope, boolean development) {
        Envelope signed = Envelope.parse(rootEnvelope, "root", MAX_ROOT);
        requireType(signed, Root.CONTENT_TYPE, "root");
        Root root = Root.decode(signed.payload());
        require(signed, root.root(), "root key set " + root.version() + ", its own root role");
        if (root.development() && !development) {
            throw new RefusedSignatureException("root: this is a development key set, and the device is not in development mode");
        }
        return new Trust(root, rootEnvelope.clone());
    }

    /** Goes from version N to version N+1, which both must have signed. */
    public Trust advance(byte[] rootEnvelope, boolean development) {
        Trust next = begin(rootEnvelope, development);
        if (next.root.version() != root.version() + 1) {
            throw new RefusedSignatureException("root: version " + next.root.version() + " does not follow version " + root.version());
        }
        require(Envelope.parse(rootEnvelope, "root", MAX_ROOT), root.root(),
                "root key set " + next.root.version() + ", the root role of version " + root.version());
        if (next.root.development() && !root.development()) {
            throw new RefusedSignatureException("root: a development key set cannot follow one for the field");
        }
        return next;
    }

    public Root root() {
        return root;
    }

    /** The signed form, for storage. */
    public byte[] envelope() {
        return envelope.clone();
    }

    public Manifest manifest(byte[] bytes) {
        Envelope signed = Envelope.parse(bytes, "manifest", MAX_MANIFEST);
        requireType(signed, ManifestCodec.CONTENT_TYPE, "manifest");
        // The name decides which keys count, so it is read before the signature; decoding has no effects.
        Manifest manifest = ManifestCodec.decode(signed.payload());
        List<Root.Role> roles = root.releaseRoles(manifest.module());
        if (roles.isEmpty()) {
            throw new RefusedSignatureException("manifest: no release key may sign for module '" + manifest.module() + "'");
        }
        List<String> refusals = new ArrayList<>();
        for (Root.Role role : roles) {
            String refusal = refusal(signed, role);
            if (refusal == null) {
                return manifest;
            }
            refusals.add(refusal);
        }
        throw new RefusedSignatureException("manifest of " + manifest.module() + " " + manifest.version()
                + ": release role: " + String.join("; ", refusals));
    }

    /** Reads a manifest that was verified when it was stored; its keys may have been retired since. */
    public static Manifest stored(byte[] bytes) {
        return ManifestCodec.decode(Envelope.parse(bytes, "manifest", MAX_MANIFEST).payload());
    }

    public Desired desired(byte[] bytes) {
        Envelope signed = Envelope.parse(bytes, "desired", MAX_DESIRED);
        requireType(signed, Desired.CONTENT_TYPE, "desired");
        require(signed, root.director(), "desired: director role");
        return Desired.decode(signed.payload());
    }

    /** @return seconds since the epoch that the timestamp role vouches for */
    public long timestamp(byte[] bytes) {
        Envelope signed = Envelope.parse(bytes, "timestamp", OVERHEAD);
        requireType(signed, TIMESTAMP_TYPE, "timestamp");
        require(signed, root.timestamp(), "timestamp role");
        Fields fields = Fields.parse(signed.payload(), "timestamp", 64);
        long seconds = fields.uint("time", Long.MAX_VALUE / 2);
        fields.end();
        return seconds;
    }

    public static byte[] signRoot(Root root, Collection<SigningKey> keys) {
        return Envelope.sign(Root.CONTENT_TYPE, root.encode(), keys);
    }

    public static byte[] signManifest(Manifest manifest, Collection<SigningKey> keys) {
        return Envelope.sign(ManifestCodec.CONTENT_TYPE, ManifestCodec.encode(manifest), keys);
    }

    public static byte[] signDesired(Desired desired, Collection<SigningKey> keys) {
        return Envelope.sign(Desired.CONTENT_TYPE, desired.encode(), keys);
    }

    public static byte[] signTimestamp(long seconds, Collection<SigningKey> keys) {
        return Envelope.sign(TIMESTAMP_TYPE, Cbor.encode(CBORObject.NewMap().Add("time", seconds)), keys);
    }

    private static void requireType(Envelope signed, String type, String document) {
        if (!signed.contentType().equals(type)) {
            throw new RefusedSignatureException(document + ": what was signed is a " + signed.contentType());
        }
    }

    private static void require(Envelope signed, Root.Role role, String what) {
        String refusal = refusal(signed, role);
        if (refusal != null) {
            throw new RefusedSignatureException(what + ": " + refusal);
        }
    }

    private static String refusal(Envelope signed, Root.Role role) {
        int valid = signed.signers(role.keys()).size();
        return valid >= role.threshold() ? null
                : valid + " valid signatures of " + signed.signatures().size() + ", " + role.threshold() + " are required";
    }
}
