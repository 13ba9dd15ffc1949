package dev.thimble.ota.content;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A SHA-256 digest: the name of everything that is stored or transferred by content.
 *
 * <p>Immutable and thread-safe; {@link #toString()} is 64 lower-case hexadecimal digits, which is
 * also the file name and the topic level.
 */
public final class Digest implements Comparable<Digest> {
    public static final int LENGTH = 32;

    private final byte[] bytes;

    private Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Wraps a copy of 32 digest bytes. */
    public static Digest of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a SHA-256 digest has 32 bytes, not " + bytes.length);
        }
        return new Digest(bytes.clone());
    }

    /** Reads 64 hexadecimal digits. */
    public static Digest parse(String hex) {
        if (hex.length() != 2 * LENGTH) {
            throw new IllegalArgumentException("a SHA-256 digest has 64 hexadecimal digits, not '" + hex + "'");
        }
        return new Digest(HexFormat.of().parseHex(hex));
    }

    public static Digest ofContent(byte[] content) {
        return new Digest(sha256().digest(content));
    }

    public static Digest ofContent(byte[] content, int offset, int length) {
        MessageDigest sha = sha256();
        sha.update(content, offset, length);
        return new Digest(sha.digest());
    }

    /** A fresh SHA-256 computation, for content that arrives in pieces. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Takes the result of a computation begun with {@link #sha256()}. */
    public static Digest finish(MessageDigest sha) {
        return new Digest(sha.digest());
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** The first eight digits, for people. */
    public String brief() {
        return toString().substring(0, 8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes[0] << 24 ^ (bytes[1] & 0xFF) << 16 ^ (bytes[2] & 0xFF) << 8 ^ bytes[3] & 0xFF;
    }

    @Override
    public int compareTo(Digest other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
