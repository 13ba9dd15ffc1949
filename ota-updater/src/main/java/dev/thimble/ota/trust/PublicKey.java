package dev.thimble.ota.trust;

import dev.thimble.ota.content.Digest;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** An Ed25519 public key (RFC 8032), 32 bytes; its id is their SHA-256, as in TUF. Immutable and thread-safe. */
public final class PublicKey {
    public static final int LENGTH = 32;
    /** SubjectPublicKeyInfo for id-Ed25519 up to the key bits (RFC 8410 §4). */
    static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

    private final byte[] raw;
    private final Digest id;

    private PublicKey(byte[] raw) {
        this.raw = raw;
        this.id = Digest.ofContent(raw);
    }

    public static PublicKey of(byte[] raw) {
        if (raw.length != LENGTH) {
            throw new IllegalArgumentException("an Ed25519 public key has 32 bytes, not " + raw.length);
        }
        return new PublicKey(raw.clone());
    }

    static PublicKey of(java.security.PublicKey key) {
        byte[] spki = key.getEncoded();
        if (spki.length != SPKI.length + LENGTH || Arrays.mismatch(spki, SPKI) != SPKI.length) {
            throw new IllegalArgumentException("this is no Ed25519 public key");
        }
        return new PublicKey(Arrays.copyOfRange(spki, SPKI.length, spki.length));
    }

    public Digest id() {
        return id;
    }

    public byte[] raw() {
        return raw.clone();
    }

    boolean verifies(byte[] message, byte[] signature) {
        try {
            byte[] spki = Arrays.copyOf(SPKI, SPKI.length + LENGTH);
            System.arraycopy(raw, 0, spki, SPKI.length, LENGTH);
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
            ed25519.update(message);
            return ed25519.verify(signature);
        } catch (GeneralSecurityException e) {
            // A key that is no point on the curve or a signature of the wrong length: neither verifies anything.
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey that && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id.brief();
    }
}
