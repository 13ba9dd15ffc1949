package dev.thimble.benchmarks.jmh;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.engine.Engine;
import dev.thimble.benchmarks.engine.Entry;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One call of a program, and how many units of its work are done in a second. Engines get calls of about the same
 * duration, so different n: compare {@code work}, not the calls.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-XX:+UseSerialGC", "-Xss64m", "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow"})
public class CorpusBenchmark {
    private static final long CALL_NANOS = 50_000_000;
    private static final long RAMP_NANOS = 2_000_000_000;

    @Param({"thimble", "endive", "chicory", "graalwasm", "chicory-compiler"})
    public String engine;

    @Param({"base64", "crc32", "events", "fib", "fir", "grayscale", "json", "kalman", "mandelbrot", "matmul", "nbody",
        "sha256", "sieve", "siphash", "sort", "trees", "vm"})
    public String program;

    private Entry entry;
    private int n;
    private double workPerCall;

    /** Counted by JMH as a rate beside the calls. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        public double work;

        @Setup(Level.Iteration)
        public void reset() {
            work = 0;
        }
    }

    /** Raises n until a call takes about 50 ms, for at most two seconds. */
    @Setup(Level.Trial)
    public void load() {
        Program p = Corpus.program(program);
        entry = Engine.of(engine).load(p.wasm());
        n = p.smallN();
        int result = entry.run(n);
        if (result != p.smallResult()) {
            throw new IllegalStateException(engine + " " + program + ": run(" + n + ") gave " + result);
        }
        long end = System.nanoTime() + RAMP_NANOS;
        for (long start = System.nanoTime(), now; start < end; start = now) {
            entry.run(n);
            now = System.nanoTime();
            if (now - start < CALL_NANOS) {
                n = p.more(n);
            }
        }
        workPerCall = p.growth().work(n);
    }

    @Benchmark
    public int run(Work done) {
        done.work += workPerCall;
        return entry.run(n);
    }
}
