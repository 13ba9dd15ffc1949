package dev.thimble.benchmarks.measure;

import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.engine.Engine;
import dev.thimble.benchmarks.engine.Entry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * Measures one program in one engine: warms up by time while it raises n until a call is long enough to measure, then
 * repeats that call.
 *
 * @param warmUp CPU seconds before the measurement
 * @param measured CPU seconds of the measurement; at least three calls
 */
public record Stopwatch(double warmUp, double measured) {
    /** Calls shorter than this are made longer where the program allows. */
    private static final long LONG_ENOUGH = 80_000_000;
    private static final int MAX_CALLS = 10_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** @throws IllegalStateException when the program's result is wrong */
    public Sample measure(Engine engine, Program program) {
        long start = cpuNanos();
        Entry entry = engine.load(program.wasm());
        check(program, program.smallN(), entry.run(program.smallN()), program.smallResult());
        long cold = cpuNanos() - start;

        int n = program.smallN();
        long warm = cpuNanos() + (long) (warmUp * 1e9);
        while (cpuNanos() < warm) {
            if (time(entry, n) < LONG_ENOUGH) {
                n = program.more(n);
            }
        }

        int result = entry.run(n);
        if (n == program.fullN()) {
            check(program, n, result, program.fullResult());
        }
        long[] times = new long[MAX_CALLS];
        int calls = 0;
        long end = cpuNanos() + (long) (measured * 1e9);
        while (calls < MAX_CALLS && (calls < 3 || cpuNanos() < end)) {
            times[calls++] = time(entry, n);
        }
        Arrays.sort(times, 0, calls);
        return new Sample(n, calls, times[0], times[calls / 2], cold, result);
    }

    private static long time(Entry entry, int n) {
        long start = cpuNanos();
        entry.run(n);
        return cpuNanos() - start;
    }

    private static long cpuNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private static void check(Program program, int n, int result, int expected) {
        if (result != expected) {
            throw new IllegalStateException("%s: run(%d) gave %d instead of %d".formatted(program, n, result, expected));
        }
    }
}
