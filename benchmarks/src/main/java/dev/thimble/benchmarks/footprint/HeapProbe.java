package dev.thimble.benchmarks.footprint;

import dev.thimble.wasm.WasmModule;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.Locale;

/**
 * The main class of a JVM that weighs modules: loads many copies of one, runs each, drops the instances and looks at
 * what the modules alone keep. Arguments: engine (thimble, endive, chicory), {@link Job}, n of it, copies. Prints bytes
 * per copy: heap when loaded, heap after its job, the same without translated code, metaspace after its job, heap of an instance
 * besides its linear memory.
 */
final class HeapProbe {
    private static final int COLLECTIONS = 4;
    private static final long STACK_BYTES = 64 << 20;

    /** Loads a module, and makes an instance and runs it. */
    private interface Loader {
        Object load(byte[] wasm);

        /** @return the instance */
        Object run(Object module, int n);

        /** Drops what can be made again. */
        default void drop(Object module) {
        }
    }

    private HeapProbe() {
    }

    public static void main(String[] args) throws InterruptedException {
        var thread = new Thread(null, () -> probe(args[0], Job.of(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3])),
                "probe", STACK_BYTES);
        thread.start();
        thread.join();
    }

    private static void probe(String engine, Job job, int n, int copies) {
        Loader loader = loader(engine, job);
        byte[] wasm = job.wasm();
        // One copy first, for classes, tables and caches that all share, those for what is hot among them; and for the scales.
        loader.run(loader.load(wasm), n);
        heap();
        metaspace();

        var modules = new Object[copies];
        long empty = heap();
        for (int i = 0; i < copies; i++) {
            modules[i] = loader.load(wasm.clone());
        }
        long loaded = heap();
        long metaspace = metaspace();
        for (Object module : modules) {
            loader.run(module, n);
        }
        long run = heap();
        long metaspaceAfter = metaspace();
        for (Object module : modules) {
            loader.drop(module);
        }
        long dropped = heap();
        var instances = new Object[copies];
        for (int i = 0; i < copies; i++) {
            instances[i] = loader.run(modules[i], job.little());
        }
        for (Object module : modules) {
            loader.drop(module);
        }
        long without = heap();
        long memory = job.run(WasmModule.parse(wasm), job.little()).memory().size();
        System.out.printf(Locale.ROOT, "%d %d %d %d %d%n", (loaded - empty) / copies, (run - empty) / copies, (dropped - empty) / copies,
                (metaspaceAfter - metaspace) / copies, (without - dropped) / copies - memory);
        if (modules.length != instances.length) {
            throw new AssertionError("keeps both alive until here");
        }
    }

    private static Loader loader(String engine, Job job) {
        return switch (engine) {
            case "thimble" -> new Loader() {
                @Override
                public Object load(byte[] wasm) {
                    return WasmModule.parse(wasm);
                }

                @Override
                public Object run(Object module, int n) {
                    return job.run((WasmModule) module, n);
                }

                @Override
                public void drop(Object module) {
                    ((WasmModule) module).dropTranslated();
                }
            };
            case "endive" -> new Loader() {
                @Override
                public Object load(byte[] wasm) {
                    return run.endive.wasm.Parser.parse(wasm);
                }

                @Override
                public Object run(Object module, int n) {
                    var instance = run.endive.runtime.Instance.builder((run.endive.wasm.WasmModule) module)
                            .withMemoryFactory(run.endive.runtime.ByteArrayMemory::new).build();
                    instance.export("run").apply(n);
                    return instance;
                }
            };
            case "chicory" -> new Loader() {
                @Override
                public Object load(byte[] wasm) {
                    return com.dylibso.chicory.wasm.Parser.parse(wasm);
                }

                @Override
                public Object run(Object module, int n) {
                    var instance = com.dylibso.chicory.runtime.Instance
                            .builder((com.dylibso.chicory.wasm.WasmModule) module)
                            .withMemoryFactory(com.dylibso.chicory.runtime.ByteArrayMemory::new).build();
                    instance.export("run").apply(n);
                    return instance;
                }
            };
            default -> throw new IllegalArgumentException("no engine " + engine + "; thimble, endive or chicory");
        };
    }

    /** As the last collection left it: later a buffer of the thread would count, which has megabytes and may be empty. */
    private static long heap() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(p -> p.getType() == MemoryType.HEAP)
                .mapToLong(p -> p.getCollectionUsage().getUsed()).sum();
    }

    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(p -> p.getName().equals("Metaspace"))
                .mapToLong(p -> p.getUsage().getUsed()).findFirst().orElse(0);
    }
}
