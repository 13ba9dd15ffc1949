package dev.thimble.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void comparesMeansOverTheProgramsThatBothHave() {
        var table = new Table(List.of("a", "b"));
        table.put("ours", "a", 2.0);
        table.put("ours", "b", 8.0);
        table.put("peer", "a", 100.0);

        assertEquals(4.0, table.geometricMean("ours"), 1e-9);
        assertEquals("""
                | program            | ours | peer |
                | ------------------ | ---: | ---: |
                | a                  | 2.00 |  100 |
                | b                  | 8.00 |    – |
                | **geometric mean** | 4.00 |  100 |
                | slowest            | 8.00 |  100 |
                | mean ÷ ours        | 1.00 | 50.0 |
                """, table.markdown());
    }
}
