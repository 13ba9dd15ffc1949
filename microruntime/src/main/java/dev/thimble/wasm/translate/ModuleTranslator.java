package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Continuation;
import dev.thimble.wasm.execute.FunctionCode;
import dev.thimble.wasm.execute.FunctionLists;
import dev.thimble.wasm.execute.Stmt;
import dev.thimble.wasm.execute.Translator;
import dev.thimble.wasm.structure.Module;

/** Translates a module's functions, each when it is first called and again when it has proved hot. Thread-safe. */
public final class ModuleTranslator implements Translator {
    final Module module;
    final Mode mode;
    private final FunctionCode[] functions;

    public ModuleTranslator(Module module, Mode mode) {
        this.module = module;
        this.mode = mode;
        functions = new FunctionCode[module.functionCount() - module.importedFunctions()];
        for (int i = 0; i < functions.length; i++) {
            int index = module.importedFunctions() + i;
            functions[i] = new FunctionCode(index, module.functionSignature(index), this);
        }
    }

    /** The code of a function that is not imported. */
    public FunctionCode function(int index) {
        return functions[index - module.importedFunctions()];
    }

    @Override
    public Stmt translate(FunctionCode code) {
        code.lists(new FunctionLists(code, this, mode == Mode.TIERED));
        return new Translation(this, code.lists(), Translation.COLD).run();
    }

    @Override
    public Stmt rest(FunctionCode code, int place) {
        synchronized (code) {
            Stmt rest = Continuation.of(new Translation(this, code.lists(), Translation.COLD, place).run());
            if (rest == null) {
                throw new IllegalStateException("function " + code.index + " cannot go on at 0x" + Integer.toHexString(place));
            }
            return rest;
        }
    }

    @Override
    public Stmt[][] fill(FunctionLists lists) {
        synchronized (lists.code) {
            var translation = new Translation(this, lists, Translation.COLD);
            translation.run();
            return translation.contents();
        }
    }

    @Override
    public void promote(FunctionLists lists, int list, int elapsed) {
        synchronized (lists.code) {
            if (lists.anchored(list) == null && elapsed >= mode.patience && lists.runs(list) >= elapsed) {
                lists.code.replace(new Translation(this, lists, elapsed).run());
            }
        }
    }
}
