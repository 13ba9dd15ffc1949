package dev.thimble.ota.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.ota.bundle.Bundle;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.content.ChunkSet;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.content.Encoding;
import dev.thimble.ota.content.Encodings;
import dev.thimble.ota.content.MalformedPayloadException;
import dev.thimble.ota.document.Chunk;
import dev.thimble.ota.document.Desired;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Get;
import dev.thimble.ota.document.ManifestCodec;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.step.Release;
import dev.thimble.ota.step.Table;
import dev.thimble.ota.store.AuditRecord;
import dev.thimble.ota.store.ParserAccess;
import dev.thimble.ota.trust.Envelope;
import dev.thimble.ota.trust.Root;
import dev.thimble.ota.trust.Trust;
import dev.thimble.ota.world.Keys;
import dev.thimble.ota.world.Modules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Throws changed documents at every parser that reads what comes from outside or from the flash. A
 * parser may refuse, and then only in its own words; what it accepts must have one form only, so that
 * writing it again gives the same bytes.
 *
 * <p>Inputs that once broke something are kept in {@code src/test/resources/fuzz/<parser>}; a new one is
 * written to {@code target/fuzz}. {@code -Dthimble.fuzz.seconds=600} is the nightly length, for all fuzzing of
 * the build together: documents get three quarters, answers of devices a fifth, topics a twentieth.
 */
class ParserFuzzTest {
    private static final double SECONDS = Double.parseDouble(System.getProperty("thimble.fuzz.seconds", "20")) * 0.75;
    private static final Path KEPT = Path.of("src/test/resources/fuzz");
    private static final byte[] BASE = Modules.binary(1, 3000);

    /** @param rewrite parses and writes again; null for what is refused without words */
    private record Target(String name, List<byte[]> seeds, UnaryOperator<byte[]> rewrite) {
    }

    @TestFactory
    Stream<DynamicTest> everyParser() {
        List<Target> targets = targets();
        return targets.stream().map(t -> DynamicTest.dynamicTest(t.name, () -> fuzz(t, SECONDS / targets.size())));
    }

    private static List<Target> targets() {
        SignedModule module = Modules.release("weather", 2, 900);
        Digest digest = module.digest();
        Desired desired = new Desired("device:dev1", 3, Map.of("a", digest, "b", digest), Map.of("a", Map.of("k", "v", "l", "")), true, 4, 5);
        Reported reported = new Reported("dev1", 3, false, "", List.of(
                new Reported.Module("a", digest, 4, Phase.PROBATION, digest, 100, ErrorClass.TRANSIENT, "why", 7),
                new Reported.Module("b", null, 0, Phase.IDLE, null, 0, null, "", 0)));
        Release release = new Release(digest, 4, digest);
        Release set = new Release(digest, 4, digest, digest);
        Table table = new Table(3, digest, 9, true, new TreeMap<>(Map.of("weather",
                new Table.Entry(release, null, set, 2, 3, digest, new TreeMap<>(Map.of(digest, 9L))))));
        byte[] encodedTable = ParserAccess.encode(table);
        byte[] changed = BASE.clone();
        changed[500]++;
        return List.of(
                new Target("manifest", List.of(ManifestCodec.encode(module.manifest()),
                        ManifestCodec.encode(Modules.withReadings(module.manifest()))), b -> ManifestCodec.encode(ManifestCodec.decode(b))),
                new Target("envelope", List.of(module.envelope(), Trust.signTimestamp(5, List.of(Keys.SHARED.timestamp))),
                        b -> Envelope.parse(b, "fuzz", 1 << 16).encode()),
                new Target("root", List.of(Keys.SHARED.root(3, true).encode()), b -> Root.decode(b).encode()),
                new Target("desired", List.of(desired.encode()), b -> Desired.decode(b).encode()),
                new Target("reported", List.of(reported.encode()), b -> Reported.decode(b).encode()),
                new Target("chunk", List.of(new Chunk(new byte[96], new byte[50]).encode()), b -> Chunk.decode(b).encode()),
                new Target("get", List.of(new Get(digest, ChunkSet.of(21, 3, 20)).encode()), b -> Get.decode(b).encode()),
                new Target("module", List.of(module.encode()), b -> SignedModule.decode(b).encode()),
                new Target("bundle", List.of(new Bundle(List.of(new byte[5]), new byte[7], List.of(module)).encode()),
                        b -> Bundle.decode(b).encode()),
                new Target("audit", List.of(new AuditRecord(1, 2, "m", "what", digest).encode()), b -> AuditRecord.decode(b).encode()),
                new Target("table", List.of(encodedTable, ParserAccess.encode(Table.EMPTY)), ParserAccess::table),
                new Target("superblock", List.of(ParserAccess.superblockOf(encodedTable.clone())), ParserAccess::superblock),
                new Target("mended superblock", List.of(ParserAccess.superblockOf(encodedTable.clone())), ParserAccess::mendedSuperblock),
                new Target("deflate", List.of(Encodings.encode(Encoding.DEFLATE, null, new byte[3000])), b -> {
                    assertTrue(Encodings.decode(Encoding.DEFLATE, null, b, 3000).length == 3000);
                    return null;
                }),
                new Target("delta", List.of(Encodings.encode(Encoding.DELTA, BASE, changed)), b -> {
                    assertTrue(Encodings.decode(Encoding.DELTA, BASE, b, 3000).length == 3000);
                    return null;
                }));
    }

    private static void fuzz(Target target, double seconds) throws IOException {
        for (byte[] seed : target.seeds) {
            byte[] again = target.rewrite.apply(seed);
            assertTrue(again == null || java.util.Arrays.equals(seed, again), "the seed itself must be good");
        }
        List<byte[]> corpus = new ArrayList<>(target.seeds);
        for (byte[] kept : kept(target)) {
            attempt(target, kept);
            corpus.add(kept);
        }
        Mutator mutator = new Mutator(Long.getLong("thimble.fuzz.seed", 1));
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long runs = 0;
        long accepted = 0;
        while (System.nanoTime() < end) {
            byte[] input = mutator.mutate(corpus);
            if (attempt(target, input) && corpus.size() < 200 && !java.util.Arrays.equals(input, corpus.getFirst())) {
                accepted++;
                corpus.add(input);
            }
            runs++;
        }
        System.out.printf("fuzz %s: %,d inputs, %,d accepted ones went on as seeds%n", target.name, runs, accepted);
        assertTrue(runs > 50, "hardly anything was tried");
    }

    private static boolean attempt(Target target, byte[] input) throws IOException {
        try {
            byte[] again = target.rewrite.apply(input);
            if (again != null) {
                assertArrayEquals(input, again, "accepted, but not in its only form");
            }
            return again != null;
        } catch (MalformedDocumentException | MalformedPayloadException refused) {
            return false;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
            Path find = Files.createDirectories(Path.of("target/fuzz", target.name)).resolve(Digest.ofContent(input).brief());
            Files.write(find, input);
            throw new AssertionError(target.name + " broke on " + find + ": " + e, e);
        }
    }

    private static List<byte[]> kept(Target target) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        Path directory = KEPT.resolve(target.name);
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.sorted().toList()) {
                    inputs.add(Files.readAllBytes(file));
                }
            }
        }
        return inputs;
    }
}
