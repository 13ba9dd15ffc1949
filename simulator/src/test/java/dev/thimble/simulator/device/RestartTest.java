package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Reported;
import dev.thimble.simulator.world.SampleRelease;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device that was switched off runs what it ran before, and is not told to. */
@Timeout(60)
class RestartTest {
    @Test
    void aCommittedModuleRunsAgainAfterARestart(@TempDir Path flash) throws Exception {
        try (Bench bench = new Bench(flash)) {
            int mark = bench.mark();
            bench.restart();
            assertEquals("offline", bench.await(mark, "the farewell", m -> m.topic().equals(bench.topics.online())
                ? new String(m.payload(), StandardCharsets.UTF_8) : null));
            bench.await(mark, "being online again", m -> m.topic().equals(bench.topics.online())
                && new String(m.payload(), StandardCharsets.UTF_8).equals("online") ? m : null);
            int online = bench.mark();
            assertTrue(bench.await(online, "a reading", bench::sample) >= 1);
            Reported.Module row = bench.await(mark, "the report", m -> bench.row(m));
            assertEquals(1, row.sequence());
            assertTrue(row.phase().isAtRest(), row.toString());
        }
    }

    @Test
    void aRestartInProbationTriesTheCandidateAgainWithTheStateOfTheSwap(@TempDir Path flash) throws Exception {
        try (Bench bench = new Bench(flash)) {
            SignedModule second = Bench.sign(2, SampleRelease.resource("weather-2.wasm"), bench.keys.release());
            bench.operator.offer(second);
            int mark = bench.mark();
            bench.operator.assign(Map.of(Bench.MODULE, second.digest()), bench.keys.director());
            bench.await(mark, "probation", m -> bench.row(m) instanceof Reported.Module r && r.phase().name().equals("PROBATION") ? r : null);
            bench.restart();
            int restarted = bench.mark();
            long first = bench.await(restarted, "a reading", bench::sample);
            assertTrue(first > 1, "it goes on counting from the state of the swap, not at " + first);
            bench.await(restarted, "the candidate committed", m -> bench.row(m) instanceof Reported.Module r
                && r.phase().isAtRest() && second.digest().equals(r.running()) ? r : null);
        }
    }
}
