package dev.thimble.wasm.control;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Progress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Goes on with a run from a snapshot: {@code Restoring MODULE SNAPSHOT FUEL OUTPUT}. Prints its JVM, how far the run has come and the result if it
 * has one, and writes the next snapshot. For the JVM's launcher of source files, on Java 17 and later.
 */
final class Restoring {
    private Restoring() {
    }

    public static void main(String[] arguments) throws Exception {
        WasmModule module = WasmModule.parse(Files.readAllBytes(Path.of(arguments[0])));
        Instance instance = module.restore(Files.readAllBytes(Path.of(arguments[1])), Imports.none(), InstanceOptions.DEFAULT);
        instance.fuel(instance.fuel() + Long.parseLong(arguments[2]));
        Call call = instance.suspended();
        Progress progress = call.resume();
        System.out.println(Runtime.version().feature() + ", " + System.getProperty("java.vm.info") + ": " + progress
                + (progress == Progress.FINISHED ? " " + call.i32Result(0) : ""));
        Files.write(Path.of(arguments[3]), instance.snapshot());
    }
}
