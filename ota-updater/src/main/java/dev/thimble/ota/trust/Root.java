package dev.thimble.ota.trust;

import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.Fields;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.content.Digest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who may say what, after TUF: the key set of one version.
 *
 * @param version 1, 2, 3 …; each is signed by its predecessor's root role and by its own
 * @param development made for trying things out; a device in the field refuses it
 * @param root may sign the next version
 * @param releases may sign manifests, each for the module names with its prefix
 * @param director may sign assignments
 * @param timestamp may sign the time
 */
public record Root(int version, boolean development, Role root, List<Delegation> releases, Role director,
                   Role timestamp) {
    public static final int MAX_BYTES = 32 << 10;
    public static final String CONTENT_TYPE = "application/vnd.thimble.root+cbor";

    public Root {
        releases = List.copyOf(releases);
        if (version < 1) {
            throw new MalformedDocumentException("root.version: versions begin with 1");
        }
    }

    /** {@code threshold} different keys of these must have signed. */
    public record Role(int threshold, Set<PublicKey> keys) {
        public Role {
            keys = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(keys));
            if (threshold < 1 || threshold > keys.size()) {
                throw new MalformedDocumentException("root: a threshold of " + threshold + " with " + keys.size() + " keys");
            }
        }

        public static Role of(PublicKey... keys) {
            return new Role(keys.length, new LinkedHashSet<>(List.of(keys)));
        }
    }

    /** The release role for modules whose name begins with {@code prefix}; the empty prefix means all. */
    public record Delegation(String prefix, Role role) {
    }

    public byte[] encode() {
        CBORObject rows = CBORObject.NewArray();
        for (Delegation d : releases) {
            rows.Add(CBORObject.NewArray().Add(d.prefix()).Add(d.role().threshold()).Add(keys(d.role())));
        }
        return Cbor.encode(CBORObject.NewMap().Add("version", version).Add("development", development)
                .Add("root", role(root)).Add("releases", rows)
                .Add("director", role(director)).Add("timestamp", role(timestamp)));
    }

    public static Root decode(byte[] bytes) {
        Fields f = Fields.parse(bytes, "root", MAX_BYTES);
        Root result = new Root(f.count("version", Integer.MAX_VALUE), f.flag("development"),
                single(f, "root"), f.rows("releases", 64, r -> new Delegation(r.text(64), role(r))),
                single(f, "director"), single(f, "timestamp"));
        f.end();
        return result;
    }

    private static CBORObject role(Role role) {
        return CBORObject.NewArray().Add(CBORObject.NewArray().Add(role.threshold()).Add(keys(role)));
    }

    private static CBORObject keys(Role role) {
        CBORObject keys = CBORObject.NewArray();
        role.keys().forEach(key -> keys.Add(key.raw()));
        return keys;
    }

    private static Role single(Fields f, String key) {
        List<Role> roles = f.rows(key, 1, Root::role);
        if (roles.size() != 1) {
            throw new MalformedDocumentException("root." + key + ": exactly one role is expected");
        }
        return roles.getFirst();
    }

    private static Role role(Row row) {
        int threshold = row.count(32);
        List<byte[]> raw = row.byteStrings(32, PublicKey.LENGTH, PublicKey.LENGTH);
        Set<PublicKey> keys = new LinkedHashSet<>();
        for (byte[] key : raw) {
            if (!keys.add(PublicKey.of(key))) {
                throw new MalformedDocumentException("root: the key " + Digest.ofContent(key).brief() + " is listed twice in a role");
            }
        }
        return new Role(threshold, keys);
    }

    /** The roles that may sign this module's manifest; any one of them is enough. */
    List<Role> releaseRoles(String module) {
        List<Role> roles = new ArrayList<>();
        for (Delegation d : releases) {
            if (module.startsWith(d.prefix())) {
                roles.add(d.role());
            }
        }
        return roles;
    }
}
