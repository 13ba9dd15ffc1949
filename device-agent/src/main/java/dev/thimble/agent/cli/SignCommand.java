package dev.thimble.agent.cli;

import dev.thimble.agent.operator.Description;
import dev.thimble.hal.toml.Toml;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "sign", description = "Describe a module, sign it and write both to one file for `thimble push`.",
    footer = {"", "Examples:", "  thimble sign weather-2.wasm --manifest weather-2.toml --key keys/release.key -o weather-2.thimble",
        "  thimble sign weather-2.wasm --manifest weather-2.toml --key keys/release.key --delta-from weather-1.wasm -o weather-2.thimble"})
final class SignCommand implements Callable<Integer> {
    record Signed(String file, String module, String version, long sequence, String digest, int bytes, List<String> payloads) {}

    @Mixin private Console console;

    @Parameters(paramLabel = "FILE", description = "WebAssembly binary")
    private Path wasm;

    @Option(names = "--manifest", paramLabel = "FILE", required = true, description = "TOML file that says what the module is and needs")
    private Path description;

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "private release key; give several for a threshold")
    private List<Path> keys = new ArrayList<>();

    @Option(names = "--delta-from", paramLabel = "FILE", description = "an earlier binary, so that devices which have it load less")
    private List<Path> bases = new ArrayList<>();

    @Option(names = "--chunk", paramLabel = "SIZE", defaultValue = "4KiB", description = "size of one chunk on the way; default ${DEFAULT-VALUE}")
    private String chunk;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", required = true, description = "file to write")
    private Path output;

    @Override
    public Integer call() throws IOException {
        long chunkSize = Sizes.parse(chunk);
        if (chunkSize < Payload.MIN_CHUNK || chunkSize > Payload.MAX_CHUNK) {
            throw new CommandException(ExitCode.USAGE, "--chunk " + chunk + ": 256 to 64KiB are allowed");
        }
        SignedModule signed;
        try {
            Manifest template = Description.describe(new String(Inputs.bytes(description), StandardCharsets.UTF_8),
                description.toString(), Inputs.module(wasm));
            signed = SignedModule.sign(template, Inputs.bytes(wasm), (int) chunkSize, bases.stream().map(Inputs::bytes).toList(),
                keys.stream().map(Inputs::key).toList());
        } catch (Toml.TomlException | MalformedDocumentException e) {
            throw new CommandException(ExitCode.USAGE, e.getMessage());
        }
        Files.write(output, signed.encode());
        Manifest manifest = signed.manifest();
        List<String> payloads = manifest.payloads().stream()
            .map(p -> p.encoding().name().toLowerCase(java.util.Locale.ROOT) + " " + p.size()).toList();
        console.data(new Signed(output.toString(), manifest.module(), manifest.version(), manifest.sequence(),
            signed.digest().toString(), manifest.size(), payloads),
            output + ": " + manifest.module() + " " + manifest.version() + ", sequence " + manifest.sequence() + ", "
                + manifest.size() + " bytes, on the way as " + String.join(", ", payloads) + " bytes");
        return ExitCode.DONE.number();
    }
}
