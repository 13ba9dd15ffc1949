package dev.thimble.benchmarks.footprint;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.engine.Engine;
import dev.thimble.wasm.WasmModule;
import java.io.IOException;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the engine may cost. A budget that is not kept yet, or only just, has a ceiling above it, which may
 * only come down.
 */
class BudgetTest {
    private static final Program SEVERAL = Corpus.SEVERAL;
    private static ModuleWeight once;
    private static ModuleWeight hot;

    @BeforeAll
    static void weigh() throws Exception {
        once = ModuleWeight.measure("thimble", SEVERAL.name(), SEVERAL.smallN(), Footprint.COPIES, Engine.LAUNCHER_FLAGS);
        hot = ModuleWeight.measure("thimble", SEVERAL.name(), SEVERAL.smallN() * Footprint.HOT, 2 * Footprint.COPIES,
                Engine.LAUNCHER_FLAGS);
    }

    @Test
    void jarOfEverything() throws Exception {
        checkJar("engine's jar, KB", file -> true, 700, 495);
    }

    @Test
    void jarWithoutSimdAndGc() throws Exception {
        checkJar("engine's jar without SIMD and GC, KB", Footprint::isCore, 450, 450);
    }

    @Test
    void jarOfWhatEveryModuleNeeds() throws Exception {
        checkJar("the same without WASI and debugging, KB", Footprint::isBare, 450, 360);
    }

    @Test
    void loadedModule() {
        check("heap of a loaded module ÷ its binary", (double) once.loaded() / once.wasm(), 3, 1.5);
    }

    @Test
    void moduleThatHasRun() {
        check("heap of a module that has run ÷ its binary", once.timesItsBinary(), 3, 2.3);
        check("heap of a module, all of it hot ÷ its binary", hot.timesItsBinary(), 3, 3);
    }

    @Test
    void moduleWhoseCodeWasDropped() {
        check("heap of a module whose code was dropped ÷ its binary", (double) hot.dropped() / hot.wasm(), 3, 2);
    }

    @Test
    void translatedInstruction() {
        check("heap per translated instruction, all hot, bytes", hot.bytesPerInstruction(), 10, 7);
    }

    private static void checkJar(String what, Predicate<String> files, double budget, double ceiling) throws IOException {
        assumeTrue(Jars.holds(WasmModule.class), "the engine comes from a folder of classes; jars are checked in mvn verify");
        check(what, Jars.size(WasmModule.class, files) / 1000.0, budget, ceiling);
    }

    private static void check(String what, double measured, double budget, double ceiling) {
        String figures = "%s: %.2f, budget %.0f, ceiling %.1f".formatted(what, measured, budget, ceiling);
        System.out.println(figures);
        assertTrue(measured <= ceiling, figures);
    }
}
