package dev.thimble.benchmarks.compare;

import dev.thimble.benchmarks.engine.CoreMark;
import dev.thimble.benchmarks.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The main class of a JVM that runs CoreMark once in one engine. Arguments: engine, file. Prints the score. */
public final class CoreMarkWorker {
    static final String PREFIX = "coremark\t";

    private CoreMarkWorker() {
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        byte[] wasm = Files.readAllBytes(Path.of(args[1]));
        var thread = new Thread(null,
                () -> System.out.println(PREFIX + CoreMark.score(Engine.of(args[0]), wasm)), "measured", Worker.STACK_BYTES);
        thread.start();
        thread.join();
    }
}
