package dev.thimble.agent.operator;

import dev.thimble.hal.toml.Toml;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Manifest;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.ExternKind;
import dev.thimble.wasm.api.ImportType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes a manifest from a module and the TOML file beside it; the format is in {@code sample-modules/README.md}. */
public final class Description {
    private static final long MAX_COUNT = Integer.MAX_VALUE;

    private Description() {}

    /**
     * Describes a module: what the file says, and what the binary says about itself. Blob, size and payloads are
     * left for {@link dev.thimble.ota.bundle.SignedModule#sign} to fill in.
     *
     * @param source names the file in errors
     * @throws Toml.TomlException naming file, key and what is expected
     */
    public static Manifest describe(String toml, String source, WasmModule module) {
        return describe(toml, source, imports(module));
    }

    /** The same with the imports given. */
    public static Manifest describe(String toml, String source, List<Manifest.HostImport> imports) {
        Toml t = Toml.parse(toml, source);
        Toml health = t.table("health");
        Manifest manifest = new Manifest(t.string("module"), t.integer("sequence", 1, Long.MAX_VALUE),
            t.string("version"), Digest.ofContent(new byte[0]), 0, List.of(), imports, List.of(),
            resources(t.table("resources")), capabilities(t), state(t.table("state")),
            new Manifest.HealthRules((int) health.integer("probation-seconds", 0, 86_400, 60),
                (int) health.integer("minimum-ticks", 0, MAX_COUNT, 0),
                (int) health.integer("maximum-traps", 0, MAX_COUNT, 0),
                (int) health.integer("maximum-overruns", 0, MAX_COUNT, 0), health.strings("required-outputs")),
            (int) t.integer("shadow-ticks", 0, MAX_COUNT, 0), t.integer("floor", 0, Long.MAX_VALUE, 0),
            t.integer("not-after", 0, Long.MAX_VALUE, 0), readings(t));
        health.rejectUnknown();
        t.rejectUnknown();
        return manifest;
    }

    /** What a module needs of its host, as a manifest lists it. */
    public static List<Manifest.HostImport> imports(WasmModule module) {
        List<Manifest.HostImport> imports = new ArrayList<>();
        for (ImportType type : module.imports()) {
            String described = type.kind() == ExternKind.FUNCTION ? type.type().toString()
                : type.kind().toString().toLowerCase(Locale.ROOT);
            imports.add(new Manifest.HostImport(type.module(), type.name(), described));
        }
        return imports;
    }

    private static Manifest.Resources resources(Toml t) {
        Manifest.Resources resources = new Manifest.Resources((int) t.integer("memory-pages", 0, 65_536, 0),
            (int) t.integer("stack-depth", 1, 1_000, 256), t.integer("fuel-per-event", 0, Long.MAX_VALUE, 0),
            (int) t.integer("tick-millis", 0, 86_400_000, 0));
        t.rejectUnknown();
        return resources;
    }

    private static Manifest.StateSchema state(Toml t) {
        if (!t.has("schema")) {
            t.rejectUnknown();
            return Manifest.StateSchema.NONE;
        }
        Manifest.StateSchema state = new Manifest.StateSchema((int) t.integer("schema", 1, MAX_COUNT),
            t.has("accepts") ? integers(t, "accepts") : List.of());
        t.rejectUnknown();
        return state;
    }

    private static List<Manifest.Capability> capabilities(Toml t) {
        List<Manifest.Capability> wishes = new ArrayList<>();
        for (Toml wish : t.tables("capability")) {
            wishes.add(new Manifest.Capability(wish.string("kind"), wish.string("name", ""), wish.bool("needed", true),
                wish.has("addresses") ? integers(wish, "addresses") : List.of(), wish.integer("amount", 0, Long.MAX_VALUE, 0)));
            wish.rejectUnknown();
        }
        return wishes;
    }

    private static List<Manifest.Reading> readings(Toml t) {
        List<Manifest.Reading> readings = new ArrayList<>();
        for (Toml row : t.tables("reading")) {
            String id = row.string("id");
            readings.add(new Manifest.Reading(id, row.string("name", id),
                row.oneOf("type", Manifest.Reading.Type.class, Manifest.Reading.Type.FLOAT), row.string("unit", ""),
                row.string("device-class", ""), row.string("topic"), row.string("pointer", "")));
            row.rejectUnknown();
        }
        return readings;
    }

    private static List<Integer> integers(Toml t, String key) {
        List<Integer> numbers = new ArrayList<>();
        for (Object element : t.elements(key)) {
            if (!(element instanceof Number number)) {
                throw t.error(key, "contains " + element + "; expected whole numbers");
            }
            numbers.add(number.intValue());
        }
        return numbers;
    }
}
