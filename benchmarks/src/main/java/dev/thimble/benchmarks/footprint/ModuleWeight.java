package dev.thimble.benchmarks.footprint;

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

    /** @param engine thimble, endive or chicory
     *  @param job name of a {@link Job}; for other engines a program of the corpus
     *  @param n how much of its job the module does
     *  @param copies of the module, of which this is the mean
     *  @param flags for the JVM that is started */
    public static ModuleWeight measure(String engine, String job, int n, int copies, List<String> flags)
            throws IOException, InterruptedException {
        String output = ChildJvm.run(flags, HeapProbe.class, engine, job, Integer.toString(n), Integer.toString(copies));
        String[] f = output.strip().split(" ");
        byte[] wasm = Job.of(job).wasm();
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
