package dev.thimble.wasm.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.encode.Wasm;
import dev.thimble.wasm.translate.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What code costs, where a run ends for want of fuel, and how it is stopped. */
class FuelTest {
    /** Modules that never end by themselves; each counts its work at address 0. */
    private static final Map<String, String> ENDLESS = Map.of(
            "loop", "loop -; i32.const 0; i32.const 0; i32.load 2 0; i32.const 1; i32.add; i32.store 2 0; br 0; end",
            "short loops", "loop -; i32.const 3; local.set 1; loop -; i32.const 0; i32.const 0; i32.load 2 0; i32.const 1; i32.add; i32.store 2 0;"
                    + " local.get 1; i32.const 1; i32.sub; local.tee 1; br_if 0; end; i32.const 5; local.set 1; loop -; local.get 1; i32.const 1;"
                    + " i32.and; if -; i32.const 0; i32.const 0; i32.load 2 0; i32.const 1; i32.add; i32.store 2 0; nop; end;"
                    + " local.get 1; i32.const 1; i32.sub; local.tee 1; br_if 0; end; br 0; end",
            "calls", "i32.const 0; i32.const 0; i32.load 2 0; i32.const 1; i32.add; i32.store 2 0; local.get 0; i32.const 40; i32.lt_s; if -;"
                    + " local.get 0; i32.const 1; i32.add; call 0; local.get 0; i32.const 1; i32.add; call 0; end",
            "late payers", "i32.const 0; i32.const 0; i32.load 2 0; i32.const 1; i32.add; i32.store 2 0; local.get 0; i32.const 40; i32.lt_s; if -;"
                    + " block -; loop -; local.get 1; br_if 0; local.get 1; br_if 1;" + " nop;".repeat(200) + " local.get 1; br_if 0; end; end;"
                    + " local.get 0; i32.const 1; i32.add; call 0; local.get 0; i32.const 1; i32.add; call 0; end",
            "bulk", "loop -; i32.const 0; i32.const 0; i32.load 2 0; i32.const 1; i32.add; i32.store 2 0; i32.const 16; i32.const 4096;"
                    + " i32.const 33000000; memory.copy 0 0; br 0; end");

    private static Instance instance(String code, Mode mode, long fuel) {
        Wasm wasm = new Wasm();
        wasm.memory(512);
        wasm.export("run", 0, wasm.function("i32 ->", "i32", code));
        return WasmModule.parse(wasm.toArray()).translated(mode)
                .instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(fuel));
    }

    private static long cost(String code, int argument) {
        Instance instance = instance(code, Mode.TIERED, 1_000_000);
        instance.function("run").call(argument);
        return 1_000_000 - instance.fuel();
    }

    @Test
    void everyInstructionCostsOneUnit() {
        assertEquals(2, cost("nop; nop", 0));
        assertEquals(5, cost("block -; i32.const 1; i32.const 2; i32.add; drop; end", 0));
        assertEquals(0, cost("", 0));
        assertEquals(2, cost("block -; br 0; nop; nop; end", 0), "what cannot be reached is free");
        assertEquals(5, cost("i32.const 0; i32.const 0; i32.const 6400; memory.copy 0 0; nop", 0) - 100, "64 bytes for a unit");
    }

    @Test
    void onlyWhatRunsIsPaidFor() {
        String arms = "local.get 0; if -; nop; nop; nop; else; nop; end; nop";
        assertEquals(2 + 3 + 1, cost(arms, 1));
        assertEquals(2 + 1 + 1, cost(arms, 0));
        String skips = "block -; local.get 0; br_if 0; nop; nop; end; nop";
        assertEquals(3 + 1, cost(skips, 1));
        assertEquals(3 + 2 + 1, cost(skips, 0));
        String returns = "local.get 0; if -; nop; return; end; nop; nop; nop; nop; nop";
        assertEquals(2 + 2, cost(returns, 1));
        assertEquals(2 + 5, cost(returns, 0));
        String cases = "block -; block -; block -; local.get 0; br_table 0 1 2; end; nop; br 1; end; nop; nop; nop; end; nop";
        assertEquals(5 + 2 + 1, cost(cases, 0));
        assertEquals(5 + 3 + 1, cost(cases, 1));
        assertEquals(5 + 1, cost(cases, 2));
    }

    @Test
    void eachRoundIsPaidFor() {
        String rounds = "loop -; nop; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end";
        assertEquals(1 + 7 * 6, cost(rounds, 7));
        String nested = "loop -; i32.const 3; local.set 1; loop -; local.get 1; i32.const 1; i32.sub; local.tee 1; br_if 0; end; local.get 0;"
                + " i32.const 1; i32.sub; local.tee 0; br_if 0; end";
        assertEquals(1 + 5 * (3 + 3 * 5 + 5), cost(nested, 5));
        String exits = "block -; loop -; local.get 0; i32.eqz; br_if 1; nop; local.get 0; i32.const 1; i32.sub; local.set 0; br 0; end; end; nop";
        assertEquals(2 + 3 * 9 + 3 + 1, cost(exits, 3), "a loop left from its middle");
        String odd = "loop -; local.get 0; i32.const 1; i32.and; if -; nop; nop; end; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end";
        assertEquals(1 + 6 * 9 + 3 * 2, cost(odd, 6), "an arm in every second round");
        String found = "block -; loop -; local.get 0; i32.const 2; i32.eq; br_if 1; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; nop; nop; end";
        assertEquals(2 + 2 * 9 + 4, cost(found, 4), "the exit that skips");
        assertEquals(2 + 9 + 2, cost(found, 1), "the exit at the end");
    }

    @Test
    void theLastUnitIsTheSameInEveryMode() {
        ENDLESS.forEach((name, code) -> {
            for (long fuel : new long[] {0, 1, 100, 1_000_000, 30_000_007}) {
                List<Integer> counts = new ArrayList<>();
                for (Mode mode : Mode.values()) {
                    Instance instance = instance(code, mode, fuel);
                    Trap trap = assertThrows(Trap.class, () -> instance.function("run").call(0));
                    assertEquals(Trap.Kind.OUT_OF_FUEL, trap.kind());
                    counts.add(instance.memory().getInt(0));
                }
                assertEquals(1, counts.stream().distinct().count(), name + " with " + fuel + ": " + counts);
                // In slices the run comes as far.
                Instance instance = instance(code, Mode.TIERED, 0);
                Call call = instance.function("run").newCall();
                long given = 0;
                for (Progress p = call.start(); p == Progress.OUT_OF_FUEL && given < fuel; p = call.resume()) {
                    long slice = Math.min(fuel - given, 100_003);
                    instance.fuel(instance.fuel() + slice);
                    given += slice;
                }
                assertEquals(counts.getFirst(), instance.memory().getInt(0), name + " in slices of " + fuel);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aFlagStopsWhatNeverEnds(Mode mode) {
        ENDLESS.forEach((name, code) -> {
            Instance instance = instance(code, mode, Long.MAX_VALUE);
            long[] asked = {0};
            Timer timer = new Timer(true);
            timer.schedule(new TimerTask() {
                @Override
                public void run() {
                    asked[0] = System.nanoTime();
                    instance.requestStop();
                }
            }, 200);
            Trap trap = assertThrows(Trap.class, () -> instance.function("run").call(0));
            System.out.printf("%s, %s: stopped %.3f ms after it was asked to%n", name, mode, (System.nanoTime() - asked[0]) / 1e6);
            timer.cancel();
            assertEquals(Trap.Kind.STOPPED, trap.kind());
            assertTrue(instance.memory().getInt(0) != 0, "it has run; the count may have gone round");
        });
    }

    @Test
    void theStartFunctionIsMetered() {
        Wasm wasm = new Wasm();
        wasm.start(wasm.function("->", "", "loop -; br 0; end"));
        Trap trap = assertThrows(Trap.class, () -> WasmModule.parse(wasm.toArray())
                .instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(1_000_000)));
        assertEquals(Trap.Kind.OUT_OF_FUEL, trap.kind());
    }
}
