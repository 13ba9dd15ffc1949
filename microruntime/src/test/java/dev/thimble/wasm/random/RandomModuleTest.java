package dev.thimble.wasm.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thimble.wasm.translate.Mode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random valid modules behave the same in all modes of translation and on a peer. {@code -Drandom.modules=N} runs N of
 * them, from {@code -Drandom.seed=S}; the profile {@code nightly} runs 100,000.
 */
class RandomModuleTest {
    private static final int MODULES = Integer.getInteger("random.modules", 2_000);
    private static final long SEED = Long.getLong("random.seed", 1);

    @Test
    void allModesAndThePeerAgree() {
        for (long seed = SEED; seed < SEED + MODULES; seed++) {
            RandomModule module = new RandomModule(seed);
            List<String> plain = Outcome.of(module, Mode.PLAIN);
            assertEquals(plain, Outcome.of(module, Mode.TIERED), "patterns, seed " + seed);
            assertEquals(plain, Outcome.of(module, Mode.ANCHORED), "anchors, seed " + seed);
            // How deep calls may go, and so what they have done by then, is each engine's own; the peer's changes as it is compiled.
            if (plain.stream().noneMatch(line -> line.contains("CALL_STACK_EXHAUSTED"))) {
                assertEquals(Peer.withoutKinds(plain), Peer.outcome(module), "peer, seed " + seed);
            }
        }
    }

    @Test
    void suspendedAnywhereTheyGoOnAlike() {
        for (long seed = SEED; seed < SEED + MODULES / 2; seed++) {
            RandomModule module = new RandomModule(seed, (seed & 1) != 0);
            Mode mode = Mode.values()[(int) (seed % Mode.values().length)];
            assertEquals(Outcome.of(module, mode), Outcome.ofSlices(module, mode, new Random(seed)), mode + ", seed " + seed);
        }
    }

    @Test
    void allModesAgreeOnEveryFeature() {
        for (long seed = SEED; seed < SEED + MODULES / 2; seed++) {
            RandomModule module = new RandomModule(seed, true);
            List<String> plain = Outcome.of(module, Mode.PLAIN);
            assertEquals(plain, Outcome.of(module, Mode.TIERED), "patterns, seed " + seed);
            assertEquals(plain, Outcome.of(module, Mode.ANCHORED), "anchors, seed " + seed);
        }
    }
}
