package dev.thimble.benchmarks.footprint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Program;
import dev.thimble.benchmarks.engine.Engine;
import dev.thimble.wasm.WasmModule;
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
        hot = ModuleWeight.measure("thimble", SEVERAL.name(), SEVERAL.smallN() * Footprint.HOT, Footprint.COPIES,
                Engine.LAUNCHER_FLAGS);
    }

    @Test
    void jarOfEverything() throws Exception {
        check("engine's jar, KB", Jars.size(WasmModule.class) / 1000.0, 700, 500);
    }

    @Test
    void jarWithoutSimdAndGc() throws Exception {
        check("engine's jar without SIMD and GC, KB", Jars.size(WasmModule.class, Footprint::isCore) / 1000.0, 450, 450);
    }

    @Test
    void jarOfWhatEveryModuleNeeds() throws Exception {
        check("the same without WASI and debugging, KB", Jars.size(WasmModule.class, Footprint::isBare) / 1000.0, 450, 360);
    }

    @Test
    void loadedModule() {
        check("heap of a loaded module ÷ its binary", (double) once.loaded() / once.wasm(), 3, 1.5);
    }

    @Test
    void moduleThatHasRun() {
        check("heap of a module that has run ÷ its binary", once.timesItsBinary(), 3, 2.3);
        check("heap of a module, all of it hot ÷ its binary", hot.timesItsBinary(), 3, 5.5);
    }

    @Test
    void moduleWhoseCodeWasDropped() {
        check("heap of a module whose code was dropped ÷ its binary", (double) hot.dropped() / hot.wasm(), 3, 2);
    }

    @Test
    void translatedInstruction() {
        check("heap per translated instruction, all hot, bytes", hot.bytesPerInstruction(), 10, 11);
    }

    private static void check(String what, double measured, double budget, double ceiling) {
        String figures = "%s: %.2f, budget %.0f, ceiling %.1f".formatted(what, measured, budget, ceiling);
        System.out.println(figures);
        assertTrue(measured <= ceiling, figures);
    }
}
