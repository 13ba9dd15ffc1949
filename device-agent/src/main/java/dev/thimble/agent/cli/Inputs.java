package dev.thimble.agent.cli;

import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.trust.KeyFiles;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.api.StackFrame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that commands are given; each problem ends the command with the file's name in it. */
final class Inputs {
    private Inputs() {}

    /** The whole file, which may be no longer than modules may be: not every file has an end. */
    static byte[] bytes(Path file) {
        int limit = Limits.DEFAULT.moduleBytes();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new CommandException(ExitCode.INVALID_MODULE, file + ": more than the limit of " + limit + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new CommandException(ExitCode.FAILED, file + ": there is no such file");
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, "'" + file + "' cannot be read: " + reason(e));
        }
    }

    /** Why a file could not be used; {@code getMessage} often has nothing but its name. */
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such folder";
            case AccessDeniedException denied -> "permission denied";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> e.getMessage();
        };
    }

    /** A WebAssembly binary, decoded and validated. */
    static WasmModule module(Path file) {
        byte[] bytes = bytes(file);
        try {
            return WasmModule.parse(bytes);
        } catch (MalformedModuleException e) {
            throw new CommandException(ExitCode.INVALID_MODULE, file + ": " + e.getMessage());
        } catch (InvalidModuleException e) {
            StackFrame place = WasmModule.place(bytes, e);
            boolean known = place != null && (place.functionName() != null || place.source() != null);
            throw new CommandException(ExitCode.INVALID_MODULE, file + ": " + e.getMessage() + (known ? ", that is " + place : ""));
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
