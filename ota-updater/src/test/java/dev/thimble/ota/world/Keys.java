package dev.thimble.ota.world;

import dev.thimble.ota.trust.Root;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.ota.trust.Trust;
import java.util.List;

/** One set of keys for a test: 2 of 3 root keys, and one key for every other role. */
public final class Keys {
    public static final Keys SHARED = new Keys();

    public final List<SigningKey> rootKeys = List.of(SigningKey.generate(), SigningKey.generate(), SigningKey.generate());
    public final SigningKey release = SigningKey.generate();
    public final SigningKey director = SigningKey.generate();
    public final SigningKey timestamp = SigningKey.generate();

    public Root root(int version, boolean development) {
        return new Root(version, development, rootRole(), List.of(new Root.Delegation("", Root.Role.of(release.publicKey()))),
                Root.Role.of(director.publicKey()), Root.Role.of(timestamp.publicKey()));
    }

    public Root.Role rootRole() {
        return new Root.Role(2, new java.util.LinkedHashSet<>(rootKeys.stream().map(SigningKey::publicKey).toList()));
    }

    private final byte[] firstRoot = Trust.signRoot(root(1, false), rootKeys.subList(0, 2));

    public byte[] firstRoot() {
        return firstRoot;
    }
}
