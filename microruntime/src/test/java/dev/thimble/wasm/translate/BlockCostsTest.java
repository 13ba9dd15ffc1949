package dev.thimble.wasm.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.random.RandomModule;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Fuel that is taken, compared with instructions that have run as a module counts them by itself. */
class BlockCostsTest {
    private static final int MODULES = 1_500;
    private static final long FUEL = 100_000_000;

    @Test
    void randomModulesPayForWhatTheyRun() {
        int calls = 0;
        int ended = 0;
        int exact = 0;
        for (int seed = 1; seed <= MODULES; seed++) {
            boolean everything = seed % 3 == 0;
            byte[] wasm = new RandomModule(seed, everything).binary();
            Instance metered = instance(wasm, Mode.values()[seed % 3]);
            Instance counted = instance(CountedModule.of(wasm), Mode.PLAIN);
            for (int f = 0; metered.function(Integer.toString(f)) != null; f++) {
                metered.fuel(FUEL);
                counted.global("instructions").bits(0);
                counted.global("bulk").bits(0);
                long size = metered.memory().size();
                boolean ends = call(metered.function(Integer.toString(f)), seed);
                assertEquals(ends, call(counted.function(Integer.toString(f)), seed), "seed " + seed);
                long paid = FUEL - metered.fuel();
                long run = counted.global("instructions").bits();
                String what = "seed " + seed + ", function " + f;
                calls++;
                if (!ends) {
                    continue;
                }
                // What exceptions forfeit, and what growing copies, is not counted.
                if (!everything && size == metered.memory().size()) {
                    ended++;
                    run += counted.global("bulk").bits();
                    exact += paid == run ? 1 : 0;
                }
                assertTrue(paid >= run, what + " paid " + paid + " for " + run);
            }
        }
        assertTrue(ended > calls / 3, "most end without a trap: " + ended + " of " + calls);
        assertTrue(exact > ended - ended / 100, "an exit of a loop may be cheaper than those that it expects: " + exact + " of " + ended);
    }

    private static Instance instance(byte[] wasm, Mode mode) {
        return WasmModule.parse(wasm).translated(mode).instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(FUEL));
    }

    /** Whether it has ended without a trap or an exception. */
    private static boolean call(Function function, long seed) {
        try {
            function.call(new Random(seed).longs(function.type().parameters().size(), -50, 50).toArray());
            return true;
        } catch (Trap | WasmException e) {
            return false;
        }
    }
}
