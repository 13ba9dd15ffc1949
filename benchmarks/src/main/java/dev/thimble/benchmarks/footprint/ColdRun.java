package dev.thimble.benchmarks.footprint;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.WasmModule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The main class of a JVM that starts cold: loads a module from a file and runs its {@code run} once, as a device does.
 * Arguments: file or {@code none} (only the JVM itself), n, and optionally seconds for which to go on: then it prints
 * after how many seconds since the JVM's start a call first came within a quarter of the best of all.
 */
final class ColdRun {
    private static final int MAX_CALLS = 1_000_000;

    private ColdRun() {
    }

    public static void main(String[] args) throws IOException {
        if (args[0].equals("none")) {
            return;
        }
        var call = WasmModule.parse(Files.readAllBytes(Path.of(args[0]))).instantiate(Imports.none()).function("run").newCall();
        int n = Integer.parseInt(args[1]);
        call.i32(0, n);
        call.run();
        System.out.println(call.i32Result(0));
        if (args.length > 2) {
            warmUp(call, n, Double.parseDouble(args[2]));
        }
    }

    private static void warmUp(dev.thimble.wasm.Call call, int n, double seconds) {
        // The system's own record of when a process started is a second off in the worst case.
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        long sinceStart = (System.currentTimeMillis() - started) * 1_000_000;
        var durations = new long[MAX_CALLS];
        var ends = new long[MAX_CALLS];
        long origin = System.nanoTime();
        int calls = 0;
        long best = Long.MAX_VALUE;
        for (long now = origin, next; calls < MAX_CALLS && now - origin < seconds * 1e9; now = next) {
            call.i32(0, n);
            call.run();
            next = System.nanoTime();
            durations[calls] = next - now;
            best = Math.min(best, durations[calls]);
            ends[calls++] = next - origin;
        }
        for (int i = 0; i < calls; i++) {
            if (durations[i] * 4 <= best * 5) {
                System.out.printf(java.util.Locale.ROOT, "%.2f%n", (sinceStart + ends[i]) / 1e9);
                return;
            }
        }
    }
}
