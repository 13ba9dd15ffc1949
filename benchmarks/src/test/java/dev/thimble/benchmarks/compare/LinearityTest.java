package dev.thimble.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Growth;
import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.measure.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program's time grows with n as it says, so engines that ran it at different n can be compared by units of work. */
@Tag("benchmark")
class LinearityTest {
    private static final double TOLERANCE = 1.4;

    @Test
    void nativeTimeForEachUnitOfWorkIsTheSameAtAnEighth(@TempDir Path folder) throws Exception {
        NativeCode code = NativeCode.build(folder, Corpus.programs(), 0.3);
        assumeTrue(code != null, "SKIPPED: gcc is not installed");
        var off = new ArrayList<String>();
        for (Program p : Corpus.programs()) {
            int less = p.growth() == Growth.FIBONACCI ? p.fullN() - 4 : p.fullN() / 8;
            double ratio = perWork(p, code.measure(p, p.fullN())) / perWork(p, code.measure(p, less));
            System.out.printf(Locale.ROOT, "%-12s time for each unit of work at full n ÷ at n=%d: %.2f%n", p, less, ratio);
            if (ratio > TOLERANCE || ratio < 1 / TOLERANCE) {
                off.add(p + " " + ratio);
            }
        }
        assertEquals(List.of(), off);
    }

    private static double perWork(Program p, Sample s) {
        return s.best() / p.growth().work(s.n());
    }
}
