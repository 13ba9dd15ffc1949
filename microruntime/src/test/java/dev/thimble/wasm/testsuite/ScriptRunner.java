package dev.thimble.wasm.testsuite;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.InvalidModuleException;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.api.LinkException;
import dev.thimble.wasm.api.MalformedModuleException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.testsuite.Values.Value;
import dev.thimble.wasm.translate.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Carries out the commands of one script, in order. */
final class ScriptRunner {
    /** What became of a command. */
    enum Verdict { PASSED, FAILED, SKIPPED }

    /** A command's assertion does not hold. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failed(String message) {
            super(message);
        }
    }

    private final Path folder;
    private final Limits limits;
    private final Mode mode;
    private final boolean canonicalNans;
    private final Imports.Builder registered = Imports.builder();
    private final Map<String, Instance> instances = new HashMap<>();
    private final Map<String, WasmModule> definitions = new HashMap<>();
    private Instance current;
    private WasmModule definition;
    private String failure;

    ScriptRunner(Path folder, Limits limits, Mode mode, boolean canonicalNans) {
        this.folder = folder;
        this.limits = limits;
        this.mode = mode;
        this.canonicalNans = canonicalNans;
        Spectest.offer(registered);
    }

    /** Why the last command failed. */
    String failure() {
        return failure;
    }

    Verdict run(JsonObject command) throws IOException {
        if (command.has("filename") && binary(command) == null) {
            return Verdict.SKIPPED;
        }
        failure = null;
        try {
            execute(command);
            return Verdict.PASSED;
        } catch (RuntimeException | StackOverflowError e) {
            failure = e instanceof Failed ? e.getMessage() : e.toString();
            if (e instanceof NullPointerException || e instanceof IndexOutOfBoundsException || e instanceof ClassCastException) {
                failure += " at " + (e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0]);
            }
            return Verdict.FAILED;
        }
    }

    private void execute(JsonObject command) throws IOException {
        String type = command.get("type").getAsString();
        switch (type) {
            case "module" -> {
                current = null;
                current = parse(command).instantiate(registered.build());
                name(command, "name", current);
            }
            case "module_definition" -> {
                definition = parse(command);
                if (command.has("name")) {
                    definitions.put(command.get("name").getAsString(), definition);
                }
            }
            case "module_instance" -> {
                WasmModule module = command.has("module") ? definitions.get(command.get("module").getAsString()) : definition;
                current = module.instantiate(registered.build());
                name(command, "instance", current);
            }
            case "register" -> registered.instance(command.get("as").getAsString(), instance(command, "name"));
            case "action" -> act(command);
            case "assert_return" -> assertReturn(command);
            case "assert_trap", "assert_exhaustion" -> expectTrap(command, () -> act(command));
            case "assert_uninstantiable" -> {
                WasmModule module = parse(command);
                expectTrap(command, () -> module.instantiate(registered.build()));
            }
            case "assert_unlinkable" -> assertUnlinkable(command);
            case "assert_exception" -> assertException(command);
            case "assert_malformed" -> assertRefused(command, MalformedModuleException.class);
            case "assert_invalid" -> assertRefused(command, InvalidModuleException.class);
            // Custom sections never make a module invalid, so these are accepted.
            case "assert_invalid_custom", "assert_malformed_custom" -> parse(command);
            default -> throw new Failed("unknown command " + type);
        }
    }

    private void name(JsonObject command, String key, Instance instance) {
        if (command.has(key)) {
            instances.put(command.get(key).getAsString(), instance);
        }
    }

    private Instance instance(JsonObject from, String key) {
        Instance instance = from.has(key) ? instances.get(from.get(key).getAsString()) : current;
        if (instance == null) {
            throw new Failed("no instance, since its module failed");
        }
        return instance;
    }

    /** The binary that a command names, or null: modules in text format test a text parser. */
    private static String binary(JsonObject command) {
        if (command.has("binary_filename")) {
            return command.get("binary_filename").getAsString();
        }
        boolean text = command.has("module_type") && command.get("module_type").getAsString().equals("text");
        return text || !command.has("filename") ? null : command.get("filename").getAsString();
    }

    private WasmModule parse(JsonObject command) throws IOException {
        WasmModule module = WasmModule.parse(Files.readAllBytes(folder.resolve(binary(command))), limits).translated(mode);
        return canonicalNans ? module.canonicalNans() : module;
    }

    private List<Value> act(JsonObject command) {
        JsonObject action = command.getAsJsonObject("action");
        Instance instance = instance(action, "module");
        String field = action.get("field").getAsString();
        if (action.get("type").getAsString().equals("get")) {
            Global global = instance.global(field);
            return List.of(new Value(global.bits(), global.high(), global.reference()));
        }
        Function function = instance.function(field);
        if (function == null) {
            throw new Failed("no function \"" + field + "\"");
        }
        Call call = function.newCall();
        JsonArray arguments = action.getAsJsonArray("args");
        for (int i = 0; i < arguments.size(); i++) {
            Values.argument(call, i, arguments.get(i).getAsJsonObject());
        }
        call.run();
        List<ValueType> types = function.type().results();
        List<Value> results = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            results.add(Values.result(call, i, types.get(i)));
        }
        return results;
    }

    private void assertReturn(JsonObject command) {
        List<Value> actual = act(command);
        JsonArray expected = command.getAsJsonArray("expected");
        if (actual.size() != expected.size()) {
            throw new Failed(actual.size() + " results instead of " + expected.size());
        }
        for (int i = 0; i < actual.size(); i++) {
            if (!Values.matches(expected.get(i).getAsJsonObject(), actual.get(i))) {
                throw new Failed(command.get("action") + " gave " + actual.get(i) + " instead of " + expected.get(i));
            }
        }
    }

    private void expectTrap(JsonObject command, Runnable action) {
        String text = command.get("text").getAsString();
        try {
            action.run();
        } catch (Trap trap) {
            if (!text.startsWith(trap.kind().text())) {
                throw new Failed("trapped with \"" + trap.getMessage() + "\" instead of \"" + text + "\"");
            }
            return;
        }
        throw new Failed("no trap \"" + text + "\": " + command.get("action"));
    }

    private void assertUnlinkable(JsonObject command) throws IOException {
        WasmModule module = parse(command);
        String text = command.get("text").getAsString();
        try {
            module.instantiate(registered.build());
        } catch (LinkException e) {
            if (e.problems().stream().noneMatch(problem -> problem.startsWith(text))) {
                throw new Failed("refused with \"" + e.getMessage() + "\" instead of \"" + text + "\"");
            }
            return;
        }
        throw new Failed("linked");
    }

    private void assertException(JsonObject command) {
        try {
            act(command);
        } catch (WasmException expected) {
            return;
        }
        throw new Failed("no exception");
    }

    private void assertRefused(JsonObject command, Class<? extends RuntimeException> kind) throws IOException {
        try {
            parse(command);
        } catch (RuntimeException e) {
            if (!kind.isInstance(e)) {
                throw new Failed("expected " + kind.getSimpleName() + ": " + e);
            }
            return;
        }
        throw new Failed("accepted: " + command.get("text"));
    }
}
