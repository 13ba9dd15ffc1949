package dev.thimble.wasm.testsuite;

import com.google.gson.JsonObject;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.structure.Module;
import dev.thimble.wasm.validate.ModuleValidator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Carries out the commands of one script, in order. */
final class ScriptRunner {
    /** What became of a command. */
    enum Verdict { PASSED, FAILED, SKIPPED }

    private final Path folder;
    private final Limits limits;
    private String failure;

    ScriptRunner(Path folder, Limits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    /** Why the last command failed. */
    String failure() {
        return failure;
    }

    Verdict run(JsonObject command) throws IOException {
        failure = null;
        String type = command.get("type").getAsString();
        String file = binary(command);
        if (file == null && command.has("filename")) {
            return Verdict.SKIPPED;
        }
        switch (type) {
            case "module", "module_definition", "assert_unlinkable", "assert_uninstantiable", "assert_invalid_custom" -> load(file);
            case "assert_malformed" -> expectMalformed(file);
            case "assert_invalid" -> expectInvalid(file);
            default -> {
                return Verdict.SKIPPED;
            }
        }
        return failure == null ? Verdict.PASSED : Verdict.FAILED;
    }

    /** The binary that a command names, or null: modules in text format test a text parser. */
    private static String binary(JsonObject command) {
        if (command.has("binary_filename")) {
            return command.get("binary_filename").getAsString();
        }
        boolean text = command.has("module_type") && command.get("module_type").getAsString().equals("text");
        return text || !command.has("filename") ? null : command.get("filename").getAsString();
    }

    private Module load(String file) throws IOException {
        try {
            return ModuleValidator.parse(Files.readAllBytes(folder.resolve(file)), limits);
        } catch (MalformedModuleException | InvalidModuleException | IndexOutOfBoundsException | NullPointerException e) {
            failure = "refused: " + e;
            return null;
        }
    }

    private void expectMalformed(String file) throws IOException {
        try {
            ModuleValidator.parse(Files.readAllBytes(folder.resolve(file)), limits);
            failure = "accepted";
        } catch (MalformedModuleException expected) {
            // as it should be
        } catch (RuntimeException e) {
            failure = "expected malformed: " + e;
        }
    }

    private void expectInvalid(String file) throws IOException {
        try {
            ModuleValidator.parse(Files.readAllBytes(folder.resolve(file)), limits);
            failure = "accepted";
        } catch (InvalidModuleException expected) {
            // as it should be
        } catch (RuntimeException e) {
            failure = "expected invalid: " + e;
        }
    }
}
