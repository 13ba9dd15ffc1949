package dev.thimble.benchmarks.footprint;

import dev.thimble.benchmarks.corpus.Program;
import java.io.IOException;
import java.util.List;

/**
 * What one loaded module costs in an engine, in bytes, with the shared classes left out.
 *
 * @param wasm size of the binary
 * @param instructions of all its functions
 * @param loaded heap once it is decoded and validated
 * @param run heap once its job has run, so that its functions are translated; instance and linear memory not counted
 * @param dropped the same once translated code has been dropped
 * @param metaspace of the classes that were defined for it
 * @param instance heap of an instance besides its linear memory
 */
public record ModuleWeight(int wasm, int instructions, long loaded, long run, long dropped, long metaspace, long instance) {
    private static final int COPIES = 50;

    /** @param engine thimble, endive or chicory
     *  @param n how much of its job the program does
     *  @param flags for the JVM that is started */
    public static ModuleWeight measure(String engine, Program program, int n, List<String> flags)
            throws IOException, InterruptedException {
        String output = ChildJvm.run(flags, HeapProbe.class, engine, program.name(), Integer.toString(n),
                Integer.toString(COPIES));
        String[] f = output.strip().split(" ");
        byte[] wasm = program.wasm();
        return new ModuleWeight(wasm.length, Instructions.count(wasm), Long.parseLong(f[0]), Long.parseLong(f[1]),
                Long.parseLong(f[2]), Long.parseLong(f[3]), Long.parseLong(f[4]));
    }

    /** Heap that translation added, per instruction. */
    public double bytesPerInstruction() {
        return (double) (run - loaded) / instructions;
    }

    public double timesItsBinary() {
        return (double) run / wasm;
    }
}
