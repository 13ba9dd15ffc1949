package dev.thimble.wasm.translate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Function;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.encode.Wasm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Translated code takes no more than it may, goes when it must, and nobody notices but the clock. */
class TranslatedCodeTest {
    private static final int FUNCTIONS = 300;

    private static List<String> run(List<String> flags, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ManyModules.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines().toList();
    }

    /** The code of these functions would take more than the heap. */
    @Test
    void aSmallHeapHoldsALargeModule(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("large.wasm"), ManyModules.module(9_000));
        assertEquals(List.of("ran"), run(List.of("-Xmx20m"), "large", "9000", file.toString()));
    }

    @Test
    void modulesThatComeAndGoLeaveNothing() throws Exception {
        int modules = Integer.getInteger("swaps", 1_000);
        List<String> lines = run(List.of("-XX:TieredStopAtLevel=1", "-Xmx64m"), "swaps", Integer.toString(modules));
        String figures = "metaspace, code cache and unloaded classes after a fifth of " + modules + " modules and after all: " + lines;
        System.out.println(figures);
        String[] first = lines.get(0).split(" ");
        String[] last = lines.get(1).split(" ");
        assertTrue(Long.parseLong(last[2]) >= modules, figures);
        for (int pool = 0; pool < 2; pool++) {
            assertTrue(Long.parseLong(last[pool]) < Long.parseLong(first[pool]) * 1.1 + 200_000, figures);
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void runAll(Instance instance) {
        for (int i = 0; i < FUNCTIONS; i++) {
            assertEquals(ManyModules.expected(i, 7), (int) instance.function("f" + i).call(7)[0]);
        }
    }

    @Test
    void droppedCodeIsGoneAndComesBack() {
        WasmModule module = WasmModule.parse(ManyModules.module(FUNCTIONS));
        Instance instance = module.instantiate(Imports.none());
        runAll(instance);
        long before = heap();
        module.dropTranslated();
        long dropped = before - heap();
        assertTrue(dropped > 200_000, dropped + " bytes");
        runAll(instance);
    }

    private static Function loops(Limits limits) {
        Wasm wasm = new Wasm();
        wasm.export("run", 0, wasm.function("i32 -> i32", "i32 i32", "loop -; i32.const 100; local.set 2;"
                + " loop -; local.get 1; local.get 2; i32.add; i32.const 3; i32.xor; local.set 1;"
                + " local.get 2; i32.const 1; i32.sub; local.tee 2; br_if 0; end;"
                + " local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; local.get 1"));
        module = WasmModule.parse(wasm.toArray(), limits);
        return module.instantiate(Imports.none()).function("run");
    }

    private static WasmModule module;

    private static int looped(int n) {
        int sum = 0;
        for (int i = n; i > 0; i--) {
            for (int k = 100; k > 0; k--) {
                sum = sum + k ^ 3;
            }
        }
        return sum;
    }

    @Test
    void codeMayBeDroppedWhileItRuns() throws InterruptedException {
        Function run = loops(Limits.DEFAULT);
        var stop = new AtomicBoolean();
        WasmModule running = module;
        Thread dropper = new Thread(() -> {
            while (!stop.get()) {
                running.dropTranslated();
                Thread.yield();
            }
        });
        dropper.start();
        for (int i = 0; i < 20; i++) {
            assertEquals(looped(20_000), (int) run.call(20_000)[0]);
        }
        stop.set(true);
        dropper.join();
    }

    /** Forty functions, each with a loop of its own. */
    private static byte[] hotFunctions() {
        Wasm wasm = new Wasm();
        for (int i = 0; i < 40; i++) {
            var body = new StringBuilder("loop -; ");
            for (int k = 0; k < 20; k++) {
                body.append("local.get 1; i32.const ").append(200 + i * 20 + k).append("; i32.add; i32.const 7; i32.mul; local.set 1; ");
            }
            wasm.export("f" + i, 0, wasm.function("i32 -> i32", "i32",
                    body + "local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end; local.get 1"));
        }
        return wasm.toArray();
    }

    /** Classes made while all of these become hot, if the module may take so many times its binary. */
    private static long anchors(byte[] binary, int footprint) {
        var classes = ManagementFactory.getClassLoadingMXBean();
        module = WasmModule.parse(binary, Limits.DEFAULT.withFootprint(footprint));
        Instance instance = module.instantiate(Imports.none());
        long before = classes.getTotalLoadedClassCount();
        for (int i = 0; i < 40; i++) {
            int expected = 0;
            for (int n = 0; n < 300_000 * 20; n++) {
                expected = (expected + 200 + i * 20 + n % 20) * 7;
            }
            assertEquals(expected, (int) instance.function("f" + i).call(300_000)[0]);
        }
        return classes.getTotalLoadedClassCount() - before;
    }

    @Test
    void hotCodeTakesNoMoreThanTheFootprint() {
        byte[] binary = hotFunctions();
        anchors(binary, 1000);
        long all = anchors(binary, 1000);
        long usual = anchors(binary, Limits.DEFAULT.footprint());
        long least = anchors(binary, 1);
        String figures = "anchors with a footprint of 1000, 3 and 1 times the binary: " + all + ", " + usual + ", " + least;
        System.out.println(figures);
        assertTrue(all >= 40 && usual < all * 3 / 4 && usual > 5 && least <= 5, figures);
        heap();
        assertArrayEquals(binary, module.binary());
        assertEquals(1, module.instantiate(Imports.none()).function("f39").call(1).length);
    }

    @Test
    void noMoreAnchorsThanAllowed() {
        assertEquals(0, fewestAnchors(Limits.DEFAULT.withAnchors(0)));
        assertTrue(fewestAnchors(Limits.DEFAULT) > 0);
    }

    /** Classes loaded while a hot function runs; the fewest of some times, since others load classes too. */
    private static long fewestAnchors(Limits limits) {
        var classes = ManagementFactory.getClassLoadingMXBean();
        long fewest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            Function run = loops(limits);
            long before = classes.getTotalLoadedClassCount();
            assertEquals(looped(200_000), (int) run.call(200_000)[0]);
            fewest = Math.min(fewest, classes.getTotalLoadedClassCount() - before);
        }
        return fewest;
    }
}
