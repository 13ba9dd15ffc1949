package dev.thimble.agent.operator;

import dev.thimble.ota.trust.KeyFiles;
import dev.thimble.ota.trust.Root;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.ota.trust.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * One key for each role, in a folder: {@code root.key}, {@code release.key}, {@code director.key} and
 * {@code timestamp.key} with their public halves beside them, and {@code trusted.keys}, the signed key set that a device
 * is given. Whoever wants several keys for a role makes several folders and signs the key set with each.
 *
 * @param trusted the signed key set
 */
public record Keys(SigningKey root, SigningKey release, SigningKey director, SigningKey timestamp, byte[] trusted) {
    public static final String TRUSTED = "trusted.keys";
    public static final String RELEASE = "release.key";
    public static final String DIRECTOR = "director.key";

    /** @param development for trying things out: a device takes such a key set only in development mode */
    public static Keys generate(boolean development) {
        SigningKey root = SigningKey.generate();
        SigningKey release = SigningKey.generate();
        SigningKey director = SigningKey.generate();
        SigningKey timestamp = SigningKey.generate();
        Root set = new Root(1, development, Root.Role.of(root.publicKey()),
            List.of(new Root.Delegation("", Root.Role.of(release.publicKey()))), Root.Role.of(director.publicKey()),
            Root.Role.of(timestamp.publicKey()));
        return new Keys(root, release, director, timestamp, Trust.signRoot(set, List.of(root)));
    }

    /** Writes everything into a folder; never over a file that is there. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        KeyFiles.write(folder.resolve("root.key"), root);
        KeyFiles.write(folder.resolve(RELEASE), release);
        KeyFiles.write(folder.resolve(DIRECTOR), director);
        KeyFiles.write(folder.resolve("timestamp.key"), timestamp);
        Files.write(folder.resolve(TRUSTED), trusted, StandardOpenOption.CREATE_NEW);
    }

    /** Reads what {@link #write} wrote. */
    public static Keys read(Path folder) throws IOException {
        return new Keys(KeyFiles.readPrivate(folder.resolve("root.key")), KeyFiles.readPrivate(folder.resolve(RELEASE)),
            KeyFiles.readPrivate(folder.resolve(DIRECTOR)), KeyFiles.readPrivate(folder.resolve("timestamp.key")),
            Files.readAllBytes(folder.resolve(TRUSTED)));
    }
}
