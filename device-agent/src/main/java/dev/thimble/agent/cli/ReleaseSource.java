package dev.thimble.agent.cli;

import dev.thimble.agent.operator.Description;
import dev.thimble.agent.operator.Keys;
import dev.thimble.hal.toml.Toml;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Payload;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.MalformedModuleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a release to push comes from: a file that {@code thimble sign} made, or while developing a WebAssembly binary, which
 * is signed on the spot under the next sequence number.
 *
 * @param file signed module or binary
 * @param keys folder of {@code thimble keygen}, or null
 * @param description TOML file of a binary, or null for the one beside it
 */
record ReleaseSource(Path file, Path keys, Path description) {
    private static final String BINARY = ".wasm";

    boolean isBinary() {
        return file.toString().endsWith(BINARY);
    }

    /** The signed file as it is. */
    SignedModule signed() {
        return Inputs.signed(file);
    }

    /** The name of the binary's module. */
    String module() {
        return template().module();
    }

    /**
     * Signs a binary with the release key of the folder.
     *
     * @param sequence at least this one
     * @param brief for an inner loop: a second of probation in which traps and overruns count, and nothing else
     */
    SignedModule sign(byte[] wasm, long sequence, boolean brief) {
        List<Manifest.HostImport> imports;
        try {
            imports = Description.imports(WasmModule.parse(wasm));
        } catch (MalformedModuleException | InvalidModuleException e) {
            throw new CommandException(ExitCode.INVALID_MODULE, file + ": " + e.getMessage());
        }
        Manifest m = template();
        long number = Math.max(sequence, m.sequence());
        Manifest.HealthRules health = brief ? new Manifest.HealthRules(1, 0, m.health().maximumTraps(),
            m.health().maximumOverruns(), List.of()) : m.health();
        Manifest release = new Manifest(m.module(), number, m.version() + "-dev." + number, m.blob(), 0, List.of(), imports,
            m.features(), m.resources(), m.capabilities(), m.state(), health, brief ? 0 : m.shadowTicks(), m.floor(), m.notAfter());
        return SignedModule.sign(release, wasm, Payload.DEFAULT_CHUNK, List.of(), List.of(Inputs.key(folder().resolve(Keys.RELEASE))));
    }

    private Path folder() {
        if (keys == null) {
            throw new CommandException(ExitCode.USAGE, file + " is not signed: give --keys DIR to sign it on the spot, or sign it with `thimble sign`");
        }
        return keys;
    }

    private Manifest template() {
        String name = file.getFileName().toString();
        Path toml = description != null ? description : file.resolveSibling(name.substring(0, name.length() - BINARY.length()) + ".toml");
        try {
            return Description.describe(new String(Inputs.bytes(toml), StandardCharsets.UTF_8), toml.toString(), List.of());
        } catch (Toml.TomlException | MalformedDocumentException e) {
            throw new CommandException(ExitCode.USAGE, e.getMessage());
        }
    }
}
