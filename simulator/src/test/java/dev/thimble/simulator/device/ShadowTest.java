package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.operator.Description;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.step.Event;
import dev.thimble.simulator.world.SampleRelease;
import dev.thimble.wasm.WasmModule;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The weather modules in shadow of each other, with a real BME280 at register level behind the one that runs. */
@Timeout(90)
class ShadowTest {
    private static final Pattern REPORT = Pattern.compile("shadow of (\\d+) ticks: (\\d+) outputs agree, (\\d+) differ(.*)", Pattern.DOTALL);
    private static final int TICKS = 8;

    @TempDir Path flash;

    private static SignedModule shadowed(Bench bench, long sequence, String sample) {
        byte[] wasm = SampleRelease.resource(sample + ".wasm");
        return Bench.sign(sequence, wasm, Description.imports(WasmModule.parse(wasm)), bench.keys.release(), sample + ".toml",
            "shadow-ticks = " + TICKS);
    }

    private static Matcher report(Bench bench, int mark) throws InterruptedException {
        Matcher report = REPORT.matcher(bench.await(mark, "the comparison",
            m -> bench.audit(m) instanceof String s && s.startsWith("shadow of") ? s : null));
        assertTrue(report.matches());
        assertTrue(Integer.parseInt(report.group(1)) >= TICKS);
        return report;
    }

    private static void assign(Bench bench, SignedModule release) throws InterruptedException {
        bench.operator.offer(release);
        bench.operator.assign(Map.of(Bench.MODULE, release.digest()), bench.keys.director());
    }

    @Test
    void theSameCodeAgreesInEveryOutputAndTheRunningOneIsNotDisturbed() throws Exception {
        try (Bench bench = new Bench(flash)) {
            int mark = bench.mark();
            SignedModule same = shadowed(bench, 2, "weather-1");
            assign(bench, same);
            Matcher report = report(bench, mark);
            assertEquals("0", report.group(3), report.group());
            assertTrue(Integer.parseInt(report.group(2)) >= 3 * TICKS, "reading, LED and the chip's start each tick: " + report.group());
            assertEquals("", report.group(4), "every question to the chip had an answer");
            bench.await(mark, "committed after it", m -> bench.row(m) instanceof Reported.Module r
                && r.phase().isAtRest() && same.digest().equals(r.running()) ? r : null);
            assertEquals("", bench.disturbance(), "no sample twice and none missing, so no shadow has published");
        }
    }

    @Test
    void anotherReleaseDiffersAndTheReportSaysWhere() throws Exception {
        try (Bench bench = new Bench(flash)) {
            int mark = bench.mark();
            SignedModule second = shadowed(bench, 2, "weather-2");
            assign(bench, second);
            Matcher report = report(bench, mark);
            assertTrue(Integer.parseInt(report.group(3)) >= TICKS, "each reading has a dew point now: " + report.group());
            assertTrue(Integer.parseInt(report.group(2)) >= 2 * TICKS, "LED and chip are driven alike: " + report.group());
            assertTrue(report.group(4).contains("\"dew_point\"") && report.group(4).contains("where the running release has"), report.group());
            bench.await(mark, "committed in spite of it", m -> bench.row(m) instanceof Reported.Module r
                && r.phase().isAtRest() && second.digest().equals(r.running()) ? r : null);
            assertEquals("", bench.disturbance());
        }
    }

    @Test
    void oneThatTrapsInShadowNeverRuns() throws Exception {
        try (Bench bench = new Bench(flash)) {
            int mark = bench.mark();
            SignedModule third = shadowed(bench, 3, "weather-3");
            assign(bench, third);
            Reported.Module row = bench.await(mark, "the refusal", m -> bench.row(m) instanceof Reported.Module r
                && r.phase().isAtRest() && r.error() != null ? r : null);
            assertEquals(ErrorClass.PERMANENT, row.error());
            assertTrue(row.text().contains("failed in shadow in thimble_tick: integer divide by zero"), row.text());
            assertEquals(1, row.sequence());
            assertTrue(bench.noneSince(mark, m -> bench.row(m) instanceof Reported.Module r && r.phase().name().equals("PROBATION")));
            assertTrue(bench.noneSince(mark, m -> m.topic().equals(bench.topics.incident())), "the running release has had no incident");
            assertEquals("", bench.disturbance());
        }
    }

    @Test
    void cancelledInShadowItCostsNothing() throws Exception {
        try (Bench bench = new Bench(flash)) {
            int mark = bench.mark();
            assign(bench, shadowed(bench, 2, "weather-2"));
            bench.await(mark, "shadow", m -> bench.row(m) instanceof Reported.Module r && r.phase().name().equals("SHADOW") ? r : null);
            bench.ask(Event.Verb.CANCEL);
            Reported.Module row = bench.await(mark, "cancelled", m -> bench.row(m) instanceof Reported.Module r
                && r.phase().isAtRest() && r.error() != null ? r : null);
            assertEquals("cancelled by the operator", row.text());
            assertEquals("", bench.disturbance());
            assertTrue(bench.noneSince(mark, m -> bench.audit(m) instanceof String s && s.startsWith("shadow of")));
        }
    }
}
