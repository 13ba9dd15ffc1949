package dev.thimble.benchmarks.compare;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.engine.Engine;
import dev.thimble.benchmarks.measure.Sample;
import dev.thimble.benchmarks.measure.Stopwatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The main class of a measuring JVM: runs programs in one engine, one after the other, and prints one line for each.
 * Arguments: engine, warm-up seconds, measured seconds, program….
 */
public final class Worker {
    private static final String PREFIX = "sample\t";
    /** Some engines need several Java frames for one call of the program. */
    static final long STACK_BYTES = 64 << 20;

    private Worker() {
    }

    public static void main(String[] args) throws InterruptedException {
        var engine = Engine.of(args[0]);
        var stopwatch = new Stopwatch(Double.parseDouble(args[1]), Double.parseDouble(args[2]));
        var thread = new Thread(null, () -> {
            for (int i = 3; i < args.length; i++) {
                System.out.println(line(args[i], engine, stopwatch));
            }
        }, "measured", STACK_BYTES);
        thread.start();
        thread.join();
    }

    private static String line(String program, Engine engine, Stopwatch stopwatch) {
        try {
            Sample s = stopwatch.measure(engine, Corpus.program(program));
            return PREFIX + Stream.of(program, s.n(), s.calls(), s.best(), s.median(), s.cold(), s.result())
                    .map(Object::toString).collect(Collectors.joining("\t"));
        } catch (RuntimeException | StackOverflowError e) {
            return "failed\t" + program + "\t" + e.toString().replaceAll("\\s+", " ");
        }
    }

    /** The program of a line that {@link #main} printed, or null when it is no sample. */
    static String program(String line) {
        return line.startsWith(PREFIX) ? line.split("\t")[1] : null;
    }

    static Sample sample(String line) {
        String[] f = line.split("\t");
        return new Sample(Integer.parseInt(f[2]), Integer.parseInt(f[3]), Long.parseLong(f[4]), Long.parseLong(f[5]),
                Long.parseLong(f[6]), Integer.parseInt(f[7]));
    }
}
