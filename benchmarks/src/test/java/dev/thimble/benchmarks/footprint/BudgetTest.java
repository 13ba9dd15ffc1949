package dev.thimble.benchmarks.footprint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.wasm.WasmModule;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the engine may cost. A budget that is not kept yet, or only just, has a ceiling above it, which may
 * only come down.
 */
class BudgetTest {
    private static ModuleWeight several;

    @BeforeAll
    static void weigh() throws Exception {
        several = ModuleWeight.measure("thimble", Corpus.SEVERAL, List.of());
    }

    @Test
    void jarOfEverything() throws Exception {
        check("engine's jar, KB", Jars.size(WasmModule.class) / 1000.0, 700, 700);
    }

    @Test
    void jarWithoutSimdAndGc() throws Exception {
        check("engine's jar without SIMD and GC, KB", Jars.size(WasmModule.class, Footprint::isCore) / 1000.0, 450, 560);
    }

    @Test
    void loadedModule() {
        check("heap of a loaded module ÷ its binary", (double) several.loaded() / several.wasm(), 3, 3);
    }

    @Test
    void moduleThatHasRun() {
        check("heap of a module that has run ÷ its binary", several.timesItsBinary(), 3, 20);
    }

    @Test
    void translatedInstruction() {
        check("heap per translated instruction, bytes", several.bytesPerInstruction(), 10, 50);
    }

    private static void check(String what, double measured, double budget, double ceiling) {
        String figures = "%s: %.2f, budget %.0f, ceiling %.0f".formatted(what, measured, budget, ceiling);
        System.out.println(figures);
        assertTrue(measured <= ceiling, figures);
    }
}
