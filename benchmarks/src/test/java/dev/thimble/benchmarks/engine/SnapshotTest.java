package dev.thimble.benchmarks.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.translate.Mode;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A program that is interrupted at random fuel counts, and goes on each time from a snapshot in another instance and mode of the engine,
 * ends as one that runs through: same result, fuel and state. 240 snapshots of each program;
 * {@code -Dthimble.snapshots=6000} is the nightly amount, {@code -Dthimble.seed=S} gives other points.
 */
class SnapshotTest {
    private static final int SNAPSHOTS = Integer.getInteger("thimble.snapshots", 240);
    private static final long SEED = Long.getLong("thimble.seed", 1);
    private static final int MOST_IN_A_RUN = 12;
    private static final long PLENTY = 1L << 50;

    @ParameterizedTest
    @MethodSource("dev.thimble.benchmarks.corpus.Corpus#programs")
    void anInterruptedRunEndsAsAnUninterruptedOne(Program program) {
        WasmModule parsed = WasmModule.parse(program.wasm());
        WasmModule[] modules = Stream.of(Mode.values()).map(parsed::translated).toArray(WasmModule[]::new);
        Run through = new Run(modules[0], program);
        assertEquals(Progress.FINISHED, through.goOnUntil(PLENTY));
        long total = through.used();
        byte[] end = through.end(program);
        for (WasmModule module : modules) {
            Run other = new Run(module, program);
            assertEquals(Progress.FINISHED, other.goOnUntil(total), "exactly enough in any mode");
            assertEquals(total, other.used());
        }

        Random random = new Random(SEED ^ program.name().hashCode());
        for (int taken = 0; taken < SNAPSHOTS; ) {
            int mode = random.nextInt(modules.length);
            Run run = new Run(modules[mode], program);
            StringBuilder points = new StringBuilder(program + ", seed " + SEED + ":");
            int left = 1 + random.nextInt(MOST_IN_A_RUN);
            long point = random.nextLong(total);
            boolean ended = false;
            while (left-- > 0 && point < total) {
                points.append(' ').append(point).append(Mode.values()[mode]);
                ended = run.goOnUntil(point) == Progress.FINISHED;
                assertTrue(run.used() > point, points::toString);
                if (ended) {
                    // After the last question whether there is enough, a run owes the rest.
                    break;
                }
                mode = (mode + 1 + random.nextInt(modules.length - 1)) % modules.length;
                run = run.elsewhere(modules[mode]);
                taken++;
                // Close behind, where the run is in the rest of a function, or anywhere.
                point = run.used() + random.nextLong(random.nextBoolean() ? 200 : Math.max(1, total - run.used()));
            }
            if (!ended) {
                assertEquals(Progress.FINISHED, run.goOnUntil(total), points::toString);
            }
            assertEquals(total, run.used(), points::toString);
            assertArrayEquals(end, run.end(program), points::toString);
        }
    }

    /** A run of a program, which counts fuel from the program's beginning on. */
    private static final class Run {
        private final Instance instance;
        private final Call call;
        private long granted;

        Run(WasmModule module, Program program) {
            instance = module.instantiate(Imports.none(), InstanceOptions.DEFAULT.withFuel(0));
            call = instance.function("run").newCall();
            call.i32(0, program.smallN());
        }

        private Run(Instance instance, long granted) {
            this.instance = instance;
            this.granted = granted;
            call = instance.suspended();
        }

        Run elsewhere(WasmModule module) {
            return new Run(module.restore(instance.snapshot(), Imports.none(), InstanceOptions.DEFAULT), granted);
        }

        Progress goOnUntil(long point) {
            instance.fuel(instance.fuel() + point - granted);
            granted = point;
            return call.isSuspended() ? call.resume() : call.start();
        }

        long used() {
            return granted - instance.fuel();
        }

        /** The state of the instance, after a look at the result. */
        byte[] end(Program program) {
            assertEquals(program.smallResult(), call.i32Result(0));
            instance.fuel(0);
            return instance.snapshot();
        }
    }
}
