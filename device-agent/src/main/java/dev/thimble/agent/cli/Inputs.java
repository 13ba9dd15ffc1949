package dev.thimble.agent.cli;

import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.trust.KeyFiles;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.MalformedModuleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that commands are given; each problem ends the command with the file's name in it. */
final class Inputs {
    private Inputs() {}

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new CommandException(ExitCode.FAILED, file + ": there is no such file");
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, file + ": cannot be read: " + e.getMessage());
        }
    }

    /** A WebAssembly binary, decoded and validated. */
    static WasmModule module(Path file) {
        try {
            return WasmModule.parse(bytes(file));
        } catch (MalformedModuleException | InvalidModuleException e) {
            throw new CommandException(ExitCode.INVALID_MODULE, file + ": " + e.getMessage());
        }
    }

    static SignedModule signed(Path file) {
        try {
            return SignedModule.decode(bytes(file));
        } catch (MalformedDocumentException e) {
            throw new CommandException(ExitCode.INVALID_MODULE, file + ": " + e.getMessage() + "; `thimble sign` makes such a file");
        }
    }

    static SigningKey key(Path file) {
        try {
            return KeyFiles.readPrivate(file);
        } catch (NoSuchFileException e) {
            throw new CommandException(ExitCode.FAILED, e.getMessage() + ": there is no such file; `thimble keygen` makes keys");
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, e.getMessage());
        }
    }
}
