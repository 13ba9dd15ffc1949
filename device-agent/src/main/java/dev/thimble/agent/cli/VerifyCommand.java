package dev.thimble.agent.cli;

import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.content.MalformedPayloadException;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.trust.RefusedSignatureException;
import dev.thimble.ota.trust.Trust;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.MalformedModuleException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "verify", description = "Check a signed module as a device would: signature, digests, and the binary itself.",
    footer = {"", "Examples:", "  thimble verify weather-2.thimble --trusted keys/trusted.keys", "", "Exits 7 if the keys do not vouch for it."})
final class VerifyCommand implements Callable<Integer> {
    private record Verified(String file, String module, String version, long sequence, String digest, int imports) {}

    @Mixin private Console console;

    @Parameters(paramLabel = "FILE", description = "signed module")
    private Path file;

    @Option(names = "--trusted", paramLabel = "FILE", required = true, description = "key set that devices trust")
    private Path trusted;

    @Override
    public Integer call() {
        SignedModule signed = Inputs.signed(file);
        Manifest manifest;
        try {
            manifest = Trust.begin(Inputs.bytes(trusted), true).manifest(signed.envelope());
        } catch (RefusedSignatureException | MalformedDocumentException e) {
            throw new CommandException(ExitCode.SIGNATURE_REFUSED, file + ": " + e.getMessage());
        }
        try {
            int imports = WasmModule.parse(signed.wasm()).imports().size();
            console.data(new Verified(file.toString(), manifest.module(), manifest.version(), manifest.sequence(),
                signed.digest().toString(), imports),
                file + ": " + manifest.module() + " " + manifest.version() + ", sequence " + manifest.sequence() + ": "
                    + console.green("signature and module are good"));
            return ExitCode.DONE.number();
        } catch (MalformedPayloadException | MalformedModuleException
                | InvalidModuleException e) {
            throw new CommandException(ExitCode.INVALID_MODULE, file + ": " + e.getMessage());
        }
    }
}
