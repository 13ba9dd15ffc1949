package dev.thimble.ota.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/**
 * Keys as files: the private key as PKCS#8 and the public key as SubjectPublicKeyInfo, both PEM
 * (RFC 7468, RFC 8410), as {@code openssl genpkey -algorithm ed25519} writes them. The private file
 * is made for its owner alone, and one that others can read is refused.
 */
public final class KeyFiles {
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    private KeyFiles() {
    }

    /** Writes {@code file} and, beside it, {@code file.pub}; never over an existing key. */
    public static void write(Path file, SigningKey key) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
        byte[] pem = pem(PRIVATE, key.secret().getEncoded());
        try (SeekableByteChannel out = Files.newByteChannel(file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer buffer = ByteBuffer.wrap(pem);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        }
        byte[] spki = publicInfo(key.publicKey());
        Files.write(file.resolveSibling(file.getFileName() + ".pub"), pem(PUBLIC, spki), StandardOpenOption.CREATE_NEW);
    }

    /** Reads a private key, and its public half from {@code file.pub}. */
    public static SigningKey readPrivate(Path file) throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(p -> !p.name().startsWith("OWNER"))) {
                throw new IOException(file + ": others can read this private key; chmod 600 it");
            }
        }
        try {
            PrivateKey secret = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(decode(file, PRIVATE)));
            SigningKey key = new SigningKey(secret, readPublic(file.resolveSibling(file.getFileName() + ".pub")));
            byte[] probe = "thimble key pair".getBytes(StandardCharsets.US_ASCII);
            if (!key.publicKey().verifies(probe, key.sign(probe))) {
                throw new IOException(file + ": the public key beside it does not belong to it");
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": not an Ed25519 private key in PKCS#8: " + e.getMessage(), e);
        }
    }

    public static PublicKey readPublic(Path file) throws IOException {
        try {
            return PublicKey.of(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(decode(file, PUBLIC))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + ": not an Ed25519 public key: " + e.getMessage(), e);
        }
    }

    private static byte[] publicInfo(PublicKey key) {
        byte[] raw = key.raw();
        byte[] spki = Arrays.copyOf(PublicKey.SPKI, PublicKey.SPKI.length + raw.length);
        System.arraycopy(raw, 0, spki, PublicKey.SPKI.length, raw.length);
        return spki;
    }

    private static byte[] pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] decode(Path file, String type) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        String begin = "-----BEGIN " + type + "-----";
        String end = "-----END " + type + "-----";
        if (!text.startsWith(begin) || !text.endsWith(end)) {
            throw new IOException(file + ": no PEM file of a " + type.toLowerCase(java.util.Locale.ROOT));
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(begin.length(), text.length() - end.length()));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": damaged PEM file: " + e.getMessage(), e);
        }
    }
}
