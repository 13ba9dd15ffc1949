package dev.thimble.ota.world;

import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Payload;
import dev.thimble.ota.trust.Trust;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Releases and assignments for tests. The binaries are random bytes: the updater never looks into them. */
public final class Modules {
    private Modules() {
    }

    public static Manifest template(String name, long sequence, long floor) {
        return new Manifest(name, sequence, "1.0." + sequence, Digest.ofContent(new byte[0]), 0, List.of(), List.of(
                new Manifest.HostImport("thimble:gpio/1", "write", "(i32 i32) -> (i32)")), List.of("bulk-memory"),
                new Manifest.Resources(2, 128, 1_000_000, 1000),
                List.of(new Manifest.Capability("i2c", "env-bus", true, List.of(0x76, 0x77), 0)),
                new Manifest.StateSchema(2, List.of(1, 2)),
                new Manifest.HealthRules(10, 2, 0, 0, List.of("reading")), 0, floor, 0);
    }

    public static Manifest withReadings(Manifest m) {
        return new Manifest(m.module(), m.sequence(), m.version(), m.blob(), m.size(), m.payloads(), m.imports(), m.features(),
                m.resources(), m.capabilities(), m.state(), m.health(), m.shadowTicks(), m.floor(), m.notAfter(), List.of(
                new Manifest.Reading("temperature", "Temperature", Manifest.Reading.Type.FLOAT, "°C", "temperature", "reading", "/t/0"),
                new Manifest.Reading("state", "State", Manifest.Reading.Type.TEXT, "", "", "state", "")));
    }

    public static SignedModule release(String name, long sequence, int size) {
        return sign(template(name, sequence, sequence - 1), binary(sequence, size));
    }

    public static SignedModule sign(Manifest template, byte[] binary) {
        return SignedModule.sign(template, binary, Payload.MIN_CHUNK, List.of(), List.of(Keys.SHARED.release));
    }

    public static byte[] binary(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    public static byte[] desired(long generation, SignedModule... modules) {
        return desired(generation, Map.of(), modules);
    }

    /** The same with settings for the first module. */
    public static byte[] desired(long generation, Map<String, String> settings, SignedModule... modules) {
        Map<String, Digest> wanted = new TreeMap<>();
        for (SignedModule module : modules) {
            wanted.put(module.manifest().module(), module.digest());
        }
        Map<String, Map<String, String>> given = settings.isEmpty() ? Map.of() : Map.of(modules[0].manifest().module(), settings);
        return Trust.signDesired(new Desired("device:dev1", generation, wanted, given, false, 0, 0), List.of(Keys.SHARED.director));
    }

    public static Desired assignment(String target, long generation, Map<String, Digest> modules) {
        return new Desired(target, generation, modules, Map.of(), false, 0, 0);
    }
}
