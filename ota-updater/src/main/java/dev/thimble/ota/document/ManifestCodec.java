package dev.thimble.ota.document;

import com.upokecenter.cbor.CBORObject;
import dev.thimble.ota.cbor.Cbor;
import dev.thimble.ota.cbor.Fields;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.cbor.Row;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.content.Encoding;
import java.util.List;

/**
 * The manifest as deterministic CBOR, versions 1 and 2 of the profile. Version 2 is version 1 with readings; a manifest
 * without them is version 1, so that every manifest has one form only, and devices that know no readings take what has none.
 */
public final class ManifestCodec {
    public static final int MAX_BYTES = 64 << 10;
    /** COSE content type, part of what is signed. */
    public static final String CONTENT_TYPE = "application/vnd.thimble.manifest+cbor";
    private static final int PROFILE = 1;
    private static final int WITH_READINGS = 2;
    private static final int MAX_READINGS = 64;

    private ManifestCodec() {
    }

    public static byte[] encode(Manifest m) {
        CBORObject map = CBORObject.NewMap()
                .Add("profile", m.readings().isEmpty() ? PROFILE : WITH_READINGS)
                .Add("module", m.module())
                .Add("sequence", m.sequence())
                .Add("version", m.version())
                .Add("blob", m.blob().bytes())
                .Add("size", m.size())
                .Add("features", texts(m.features()))
                .Add("shadow", m.shadowTicks())
                .Add("floor", m.floor())
                .Add("notAfter", m.notAfter());
        CBORObject payloads = CBORObject.NewArray();
        for (Payload p : m.payloads()) {
            payloads.Add(CBORObject.NewArray().Add(Names.text(p.encoding()))
                    .Add(p.base() == null ? new byte[0] : p.base().bytes())
                    .Add(p.digest().bytes()).Add(p.size()).Add(p.chunkSize()).Add(p.merkleRoot().bytes()));
        }
        CBORObject imports = CBORObject.NewArray();
        for (Manifest.HostImport i : m.imports()) {
            imports.Add(CBORObject.NewArray().Add(i.module()).Add(i.name()).Add(i.type()));
        }
        CBORObject capabilities = CBORObject.NewArray();
        for (Manifest.Capability c : m.capabilities()) {
            capabilities.Add(CBORObject.NewArray().Add(c.kind()).Add(c.name()).Add(c.needed())
                    .Add(uints(c.addresses())).Add(c.amount()));
        }
        map.Add("payloads", payloads).Add("imports", imports).Add("capabilities", capabilities);
        Manifest.Resources r = m.resources();
        map.Add("resources", CBORObject.NewArray().Add(CBORObject.NewArray()
                .Add(r.memoryPages()).Add(r.stackDepth()).Add(r.fuelPerEvent()).Add(r.tickMillis())));
        map.Add("state", CBORObject.NewArray().Add(CBORObject.NewArray()
                .Add(m.state().version()).Add(uints(m.state().accepts()))));
        Manifest.HealthRules h = m.health();
        map.Add("health", CBORObject.NewArray().Add(CBORObject.NewArray()
                .Add(h.probationSeconds()).Add(h.minimumTicks()).Add(h.maximumTraps()).Add(h.maximumOverruns())
                .Add(texts(h.requiredOutputs()))));
        if (!m.readings().isEmpty()) {
            CBORObject readings = CBORObject.NewArray();
            for (Manifest.Reading reading : m.readings()) {
                readings.Add(CBORObject.NewArray().Add(reading.id()).Add(reading.name()).Add(Names.text(reading.type())).Add(reading.unit())
                        .Add(reading.deviceClass()).Add(reading.topic()).Add(reading.pointer()));
            }
            map.Add("readings", readings);
        }
        return Cbor.encode(map);
    }

    /** @throws MalformedDocumentException naming the field that is wrong */
    public static Manifest decode(byte[] bytes) {
        Fields f = Fields.parse(bytes, "manifest", MAX_BYTES);
        long profile = f.uint("profile", Integer.MAX_VALUE);
        if (profile != PROFILE && profile != WITH_READINGS) {
            throw new MalformedDocumentException("manifest.profile: this device reads profiles " + PROFILE + " and " + WITH_READINGS + " only");
        }
        Manifest manifest = new Manifest(
                f.text("module", Names.MAX),
                f.uint("sequence", Long.MAX_VALUE),
                f.text("version", 64),
                Digest.of(f.bytes("blob", Digest.LENGTH, Digest.LENGTH)),
                f.count("size", Payload.MAX_SIZE),
                f.rows("payloads", 16, ManifestCodec::payload),
                f.rows("imports", 512, r -> new Manifest.HostImport(r.text(64), r.text(128), r.text(256))),
                f.texts("features", 64, 64),
                single(f.rows("resources", 1, r -> new Manifest.Resources(
                        r.count(65536), r.count(1 << 20), r.uint(Long.MAX_VALUE), r.count(Integer.MAX_VALUE))), "resources"),
                f.rows("capabilities", 128, ManifestCodec::capability),
                single(f.rows("state", 1, r -> new Manifest.StateSchema(
                        r.count(Integer.MAX_VALUE), list(r.uints(64, Integer.MAX_VALUE)))), "state"),
                single(f.rows("health", 1, r -> new Manifest.HealthRules(
                        r.count(7 * 86400), r.count(Integer.MAX_VALUE), r.count(Integer.MAX_VALUE), r.count(Integer.MAX_VALUE),
                        r.texts(32, 256))), "health"),
                f.count("shadow", 1 << 20),
                f.uint("floor", Long.MAX_VALUE),
                f.uint("notAfter", Long.MAX_VALUE),
                profile == PROFILE ? List.of() : f.rows("readings", MAX_READINGS, ManifestCodec::reading));
        f.end();
        if (profile == WITH_READINGS && manifest.readings().isEmpty()) {
            throw new MalformedDocumentException("manifest.readings: without readings the profile is " + PROFILE);
        }
        check(manifest);
        return manifest;
    }

    private static Payload payload(Row row) {
        Encoding encoding = Names.constant(Encoding.class, row.text(16));
        byte[] base = row.bytes(0, Digest.LENGTH);
        if (base.length != (encoding == Encoding.DELTA ? Digest.LENGTH : 0)) {
            throw new MalformedDocumentException("manifest.payloads: a base digest belongs to a delta, and only to a delta");
        }
        Payload payload = new Payload(encoding, base.length == 0 ? null : Digest.of(base),
                Digest.of(row.bytes(Digest.LENGTH, Digest.LENGTH)), row.count(Payload.MAX_SIZE),
                row.count(Payload.MAX_CHUNK), Digest.of(row.bytes(Digest.LENGTH, Digest.LENGTH)));
        if (payload.size() == 0 || payload.chunkSize() < Payload.MIN_CHUNK) {
            throw new MalformedDocumentException("manifest.payloads: size " + payload.size() + " and chunk size "
                    + payload.chunkSize() + ", at least 1 and " + Payload.MIN_CHUNK + " are expected");
        }
        return payload;
    }

    private static Manifest.Capability capability(Row row) {
        return new Manifest.Capability(row.text(16), row.text(256), row.flag(), list(row.uints(128, 127)), row.uint(Long.MAX_VALUE));
    }

    private static Manifest.Reading reading(Row row) {
        return new Manifest.Reading(row.text(Names.MAX), row.text(64), Names.constant(Manifest.Reading.Type.class, row.text(16)),
                row.text(16), row.text(32), row.text(256), row.text(128));
    }

    private static void check(Manifest m) {
        if (m.readings().stream().map(Manifest.Reading::id).distinct().count() != m.readings().size()) {
            throw new MalformedDocumentException("manifest.readings: two readings have the same id");
        }
        if (m.payloads().isEmpty() || m.size() == 0) {
            throw new MalformedDocumentException("manifest.payloads: at least one payload and one byte are expected");
        }
        if (m.floor() > m.sequence()) {
            throw new MalformedDocumentException("manifest.floor: " + m.floor() + " is above the sequence " + m.sequence()
                    + ", the release would forbid itself");
        }
        for (Payload p : m.payloads()) {
            if (p.encoding() == Encoding.NONE && (!p.digest().equals(m.blob()) || p.size() != m.size())) {
                throw new MalformedDocumentException("manifest.payloads: a payload without encoding must be the blob itself");
            }
        }
    }

    private static <T> T single(List<T> rows, String key) {
        if (rows.size() != 1) {
            throw new MalformedDocumentException("manifest." + key + ": exactly one row is expected");
        }
        return rows.getFirst();
    }

    private static List<Integer> list(int[] numbers) {
        return java.util.Arrays.stream(numbers).boxed().toList();
    }

    static CBORObject texts(List<String> texts) {
        CBORObject array = CBORObject.NewArray();
        texts.forEach(array::Add);
        return array;
    }

    private static CBORObject uints(List<Integer> numbers) {
        CBORObject array = CBORObject.NewArray();
        numbers.forEach(array::Add);
        return array;
    }
}
