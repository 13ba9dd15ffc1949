package dev.thimble.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.measure.Sample;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCodeTest {
    @Test
    void givesTheSameChecksumsAtBothSizes(@TempDir Path folder) throws Exception {
        NativeCode code = NativeCode.build(folder, Corpus.programs(), 0);
        assumeTrue(code != null, "SKIPPED: gcc is not installed");
        for (Program p : Corpus.programs()) {
            assertEquals(p.smallResult(), code.measure(p, p.smallN()).result(), p + " small");
        }
        Program crc = Corpus.program("crc32");
        Sample full = code.measure(crc, crc.fullN());
        assertEquals(crc.fullResult(), full.result());
        assertTrue(full.best() > 0 && full.best() <= full.median(), full.toString());
    }
}
