package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.operator.Description;
import dev.thimble.mqtt.Subscription;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Get;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.trust.SigningKey;
import dev.thimble.ota.trust.Trust;
import dev.thimble.simulator.world.SampleRelease;
import dev.thimble.wasm.WasmModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever arrives over the broker, the operator gets one clear error on the device's topic, and the module that runs goes
 * on without missing or repeating a sample. One device goes through all of it, as devices do.
 */
@Timeout(60)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputTest {
    @TempDir static Path flash;
    private static Bench bench;
    private static final byte[] GOOD = SampleRelease.resource("weather-1.wasm");

    @BeforeAll
    static void install() throws Exception {
        bench = new Bench(flash);
    }

    @AfterAll
    static void remove() throws Exception {
        bench.close();
    }

    @Test
    @Order(1)
    void aTruncatedModuleIsRefusedWithItsOffset() throws Exception {
        byte[] half = Arrays.copyOf(GOOD, GOOD.length / 2);
        Reported.Module row = refusal(Bench.sign(2, half, Description.imports(WasmModule.parse(GOOD)), bench.keys.release()));
        assertEquals(ErrorClass.PERMANENT, row.error());
        assertTrue(row.text().matches("(?s)module weather: .*0x[0-9a-f]+.*|(?s)module weather: .*offset.*"), row.text());
        assertEquals("", bench.disturbance());
    }

    @Test
    @Order(2)
    void garbageIsRefusedAsNoModule() throws Exception {
        byte[] garbage = new byte[3000];
        new Random(7).nextBytes(garbage);
        Reported.Module row = refusal(Bench.sign(3, garbage, List.of(), bench.keys.release()));
        assertEquals(ErrorClass.PERMANENT, row.error());
        assertTrue(row.text().startsWith("module weather: "), row.text());
        assertTrue(row.text().contains("magic"), row.text());
        assertEquals("", bench.disturbance());
    }

    @Test
    @Order(3)
    void aManifestSignedByAStrangerIsRefusedBeforeAnyDownload() throws Exception {
        int mark = bench.mark();
        SignedModule release = Bench.sign(4, GOOD, SigningKey.generate());
        Reported.Module row = refusal(release);
        assertEquals(ErrorClass.SIGNATURE, row.error());
        assertTrue(row.text().contains("manifest of weather 1.0.0: release role: 0 valid signatures"), row.text());
        String payload = release.manifest().payloads().getFirst().digest().toString();
        assertTrue(bench.noneSince(mark, m -> m.topic().contains(payload)), "no chunk may travel");
        assertEquals("", bench.disturbance());
    }

    @Test
    @Order(4)
    void anAssignmentSignedByAStrangerIsRefused() throws Exception {
        int mark = bench.mark();
        Desired desired = new Desired("device:bench", 1000, Map.of(Bench.MODULE, Digest.ofContent(GOOD)), Map.of(), false, 0, 0);
        bench.operator.publishDesired(Trust.signDesired(desired, List.of(SigningKey.generate())));
        String refusal = bench.await(mark, "the refusal", m -> m.topic().equals(bench.topics.reported())
            && !Reported.decode(m.payload()).refusal().isEmpty() ? Reported.decode(m.payload()).refusal() : null);
        assertTrue(refusal.contains("desired: director role: 0 valid signatures of 1"), refusal);
        assertEquals("", bench.disturbance());
    }

    @Test
    @Order(5)
    void anUnknownImportIsRefusedByNameBeforeAnyDownload() throws Exception {
        byte[] strange = withImport("thimble:log/1", "thimble:fog/1");
        Reported.Module row = refusal(Bench.sign(5, strange, bench.keys.release()));
        assertEquals(ErrorClass.PERMANENT, row.error());
        assertTrue(row.text().contains("import thimble:fog/1 write (i32, i32, i32) -> "), row.text());
        assertTrue(row.text().contains("this host does not offer it"), row.text());
        assertEquals("", bench.disturbance());
    }

    @Test
    @Order(6)
    void anImportThatTheManifestHidesIsRefusedWhenTheModuleIsStaged() throws Exception {
        byte[] strange = withImport("thimble:log/1", "thimble:fog/1");
        Reported.Module row = refusal(Bench.sign(6, strange, Description.imports(WasmModule.parse(GOOD)), bench.keys.release()));
        assertEquals(ErrorClass.PERMANENT, row.error());
        assertTrue(row.text().contains("instantiate") && row.text().contains("thimble:fog/1"), row.text());
        assertEquals("", bench.disturbance());
    }

    @Test
    @Order(7)
    void aChunkThatDoesNotFitTheMerkleRootIsReportedDroppedAndAskedForAgain() throws Exception {
        int mark = bench.mark();
        SignedModule release = Bench.sign(7, SampleRelease.resource("weather-2.wasm"), bench.keys.release());
        Map<Digest, List<byte[]>> messages = release.messages();
        Set<String> spoiled = new HashSet<>();
        try (Subscription requests = bench.link().subscribe(bench.topics.get(), 1, message -> {
            Get get = Get.decode(message.payload());
            for (int number : messages.getOrDefault(get.name(), List.of()).isEmpty() ? new int[0] : get.chunks().toArray()) {
                byte[] chunk = messages.get(get.name()).get(number).clone();
                boolean payload = !get.name().equals(release.digest());
                if (payload && spoiled.add(get.name() + "/" + number)) {
                    chunk[chunk.length - 1] ^= 1;
                }
                bench.link().publish(bench.topics.block(get.name().toString(), Integer.toString(number)), chunk, 1, false);
            }
        })) {
            bench.operator.assign(Map.of(Bench.MODULE, release.digest()), bench.keys.director());
            String text = bench.await(mark, "the report of a bad chunk",
                m -> bench.audit(m) instanceof String s && s.contains("Merkle") ? s : null);
            assertTrue(text.matches("chunk [0-9]+ of payload [0-9a-f]{8} does not fit the signed Merkle root; dropped, and asked for again"), text);
            Reported.Module done = bench.await(mark, "the release committed in spite of it",
                m -> bench.row(m) instanceof Reported.Module r && r.phase().isAtRest() && r.sequence() == 7 ? r : null);
            assertEquals(release.digest(), done.running());
            assertTrue(requests.confirmed());
        }
        assertEquals("", bench.disturbance());
    }

    /** Assigns a release and waits for the report that gives it up. */
    private static Reported.Module refusal(SignedModule release) throws InterruptedException {
        int mark = bench.mark();
        bench.operator.offer(release);
        bench.operator.assign(Map.of(Bench.MODULE, release.digest()), bench.keys.director());
        Reported.Module row = bench.await(mark, "the refusal of " + release.digest().brief(), m -> bench.row(m) instanceof Reported.Module r
            && r.phase().isAtRest() && r.error() != null && release.digest().equals(r.wanted()) ? r : null);
        assertEquals(1, row.sequence(), "the first release goes on running");
        return row;
    }

    /** The module with one import module renamed to a name of the same length. */
    private static byte[] withImport(String from, String to) {
        String text = new String(GOOD, StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(from), "the sample no longer imports " + from);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }
}
