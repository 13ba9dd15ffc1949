package dev.thimble.ota.document;

import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.Fields;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.content.Digest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What should be: the director's signed assignment for one device or one group.
 *
 * @param target {@code device:<id>} or {@code group:<name>}
 * @param generation grows with every assignment to the target's devices
 * @param modules module name to digest of the signed manifest (envelope); a module that is not named is to be removed
 * @param settings module name to configuration values
 * @param carousel whether the payloads are being broadcast, so that a device first listens and then pulls
 * @param notBefore seconds since the epoch, 0 for at once
 * @param notAfter seconds since the epoch, 0 for ever
 */
public record Desired(
        String target,
        long generation,
        Map<String, Digest> modules,
        Map<String, Map<String, String>> settings,
        boolean carousel,
        long notBefore,
        long notAfter) {

    public static final int MAX_BYTES = 64 << 10;
    public static final int MAX_MODULES = 64;
    public static final String CONTENT_TYPE = "application/vnd.thimble.desired+cbor";

    public Desired {
        modules = Collections.unmodifiableMap(new TreeMap<>(modules));
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        modules.keySet().forEach(name -> Names.check(name, "desired.modules: module name"));
        if (!target.startsWith("device:") && !target.startsWith("group:")) {
            throw new MalformedDocumentException("desired.target: '" + target + "' is neither device:<id> nor group:<name>");
        }
        Names.check(target.substring(target.indexOf(':') + 1), "desired.target: name");
    }

    public boolean addresses(String device, Set<String> groups) {
        String name = target.substring(target.indexOf(':') + 1);
        return target.startsWith("device:") ? name.equals(device) : groups.contains(name);
    }

    /** The encoded form of a module's settings, by which a device keeps them; null for none. */
    public byte[] encodedSettings(String module) {
        Map<String, String> values = settings.getOrDefault(module, Map.of());
        return values.isEmpty() ? null : Cbor.encode(CBORObject.NewArray().Add(pairs(values)));
    }

    /** Digest of {@link #encodedSettings}, null for none. */
    public Digest settingsDigest(String module) {
        byte[] encoded = encodedSettings(module);
        return encoded == null ? null : Digest.ofContent(encoded);
    }

    /** Reads what {@link #encodedSettings} wrote. */
    public static Map<String, String> decodeSettings(byte[] bytes) {
        Row row = Row.parse(bytes, "settings", MAX_BYTES);
        Map<String, String> values = pairs(row);
        row.end();
        return values;
    }

    public byte[] encode() {
        CBORObject mods = CBORObject.NewMap();
        modules.forEach((name, digest) -> mods.Add(name, digest.bytes()));
        CBORObject sets = CBORObject.NewMap();
        settings.forEach((module, values) -> {
            sets.Add(module, pairs(values));
        });
        return Cbor.encode(CBORObject.NewMap()
                .Add("target", target)
                .Add("generation", generation)
                .Add("modules", mods)
                .Add("settings", sets)
                .Add("carousel", carousel)
                .Add("notBefore", notBefore)
                .Add("notAfter", notAfter));
    }

    public static Desired decode(byte[] bytes) {
        Fields f = Fields.parse(bytes, "desired", MAX_BYTES);
        Desired desired = new Desired(
                f.text("target", Names.MAX + 7),
                f.uint("generation", Long.MAX_VALUE),
                f.entries("modules", MAX_MODULES, Names.MAX, row -> Digest.of(row.bytes(Digest.LENGTH, Digest.LENGTH))),
                f.entries("settings", MAX_MODULES, Names.MAX, Desired::pairs),
                f.flag("carousel"),
                f.uint("notBefore", Long.MAX_VALUE),
                f.uint("notAfter", Long.MAX_VALUE));
        f.end();
        return desired;
    }

    private static CBORObject pairs(Map<String, String> values) {
        CBORObject pairs = CBORObject.NewArray();
        new TreeMap<>(values).forEach((key, value) -> pairs.Add(key).Add(value));
        return pairs;
    }

    /** Keys must ascend, so that there is one form only. */
    private static Map<String, String> pairs(Row row) {
        List<String> texts = row.texts(256, 4096);
        if (texts.size() % 2 != 0) {
            throw new MalformedDocumentException("desired.settings: a key without a value");
        }
        TreeMap<String, String> pairs = new TreeMap<>();
        for (int i = 0; i < texts.size(); i += 2) {
            if (!pairs.isEmpty() && texts.get(i).compareTo(pairs.lastKey()) <= 0) {
                throw new MalformedDocumentException("desired.settings: the key '" + texts.get(i) + "' appears twice or out of order");
            }
            pairs.put(texts.get(i), texts.get(i + 1));
        }
        return pairs;
    }
}
