package dev.thimble.benchmarks.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.measure.Sample;
import dev.thimble.benchmarks.measure.Stopwatch;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The running JVM still folds trees under anchors into straight code, which the engine's speed rests on. A ratio from
 * one run with a wide margin: it is about 10, and 1 without folding.
 */
@Tag("benchmark")
class FoldingTest {
    private static final double MARGIN = 3;

    @Test
    void anchorsMakeALoopSeveralTimesFaster() {
        Assumptions.assumeFalse(ManagementFactory.getRuntimeMXBean().getVmName().contains("OpenJ9"),
                "SKIPPED: only HotSpot is known to fold");
        var stopwatch = new Stopwatch(2, 1);
        // Plain first, so that it has the unpolluted profile.
        double plain = perWork(stopwatch.measure(Engine.THIMBLE_PLAIN, Corpus.program("siphash")));
        double anchored = perWork(stopwatch.measure(Engine.THIMBLE, Corpus.program("siphash")));
        String ratio = "an unanchored loop takes %.1f times as long as an anchored one".formatted(plain / anchored);
        System.out.println(ratio);
        assertTrue(plain / anchored > MARGIN, ratio + ", expected more than " + MARGIN
                + ": does this JVM trust final fields of records and static finals of hidden classes?");
    }

    private static double perWork(Sample s) {
        return s.best() / Corpus.program("siphash").growth().work(s.n());
    }
}
