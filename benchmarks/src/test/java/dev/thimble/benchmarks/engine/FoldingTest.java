package dev.thimble.benchmarks.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.measure.Sample;
import dev.thimble.benchmarks.measure.Stopwatch;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The running JVM still folds trees under anchors into straight code, which the engine's speed rests on. A ratio from
 * one run with a wide margin: it is about 10, and 1 without folding.
 */
@Tag("benchmark")
class FoldingTest {
    private static final double MARGIN = 3;
    /** Up to 5 was seen in a JVM in which all the programs before left their profile; more than 300 with the fault. */
    private static final double ANCHORS_FOUND = 15;

    @Test
    void anchorsMakeALoopSeveralTimesFaster() {
        Assumptions.assumeFalse(ManagementFactory.getRuntimeMXBean().getVmName().contains("OpenJ9"),
                "SKIPPED: only HotSpot is known to fold");
        Program loop = Corpus.program("siphash");
        var stopwatch = new Stopwatch(2, 1);
        // Plain first, so that it has the unpolluted profile.
        double plain = perWork(loop, stopwatch.measure(Engine.THIMBLE_PLAIN, loop));
        double anchored = perWork(loop, stopwatch.measure(Engine.THIMBLE, loop));
        String ratio = "an unanchored loop takes %.1f times as long as an anchored one".formatted(plain / anchored);
        System.out.println(ratio);
        assertTrue(plain / anchored > MARGIN, ratio + ", expected more than " + MARGIN
                + ": does this JVM trust final fields of records and static finals of hidden classes?");
    }

    /** A program that does not find its anchors runs hundreds of times slower, and nothing else notices. */
    @ParameterizedTest
    @MethodSource("dev.thimble.benchmarks.corpus.Corpus#programs")
    void everyProgramFindsItsAnchors(Program program) {
        var stopwatch = new Stopwatch(0.7, 0.2);
        double anchored = perWork(program, stopwatch.measure(Engine.THIMBLE_ANCHORED, program));
        double found = perWork(program, stopwatch.measure(Engine.THIMBLE, program));
        String ratio = "%s takes %.2f times as long as with everything anchored at once".formatted(program, found / anchored);
        System.out.println(ratio);
        assertTrue(found / anchored < ANCHORS_FOUND, ratio);
    }

    private static double perWork(Program program, Sample s) {
        return s.best() / program.growth().work(s.n());
    }
}
