package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Anchors;
import dev.thimble.wasm.execute.ColdList;
import dev.thimble.wasm.execute.Control;
import dev.thimble.wasm.execute.FunctionCode;
import dev.thimble.wasm.execute.ListKind;
import dev.thimble.wasm.execute.Stmt;
import java.util.Arrays;

/**
 * The lists of one function, and which of them are anchored: in the beginning none; when one has become hot, all that
 * have run until then; and later each of the others when it becomes hot.
 */
final class FunctionLists implements ColdList.Promoter {
    private final ModuleTranslator module;
    private final FunctionCode code;
    private ColdList[] cold = new ColdList[2];
    private Stmt[] anchored;
    private boolean promoting;
    private boolean everything;

    FunctionLists(ModuleTranslator module, FunctionCode code) {
        this.module = module;
        this.code = code;
        everything = module.mode == Mode.ANCHORED;
    }

    Stmt translate() {
        return new FunctionTranslator(module, code.index, this).translate();
    }

    /** Makes list number {@code list}, whose statements have these offsets in the binary. */
    Stmt make(ListKind kind, Stmt[] statements, int[] offsets, int list, boolean leaf) {
        if (isAnchored(list)) {
            Stmt anchor = Anchors.of(kind, statements, offsets, leaf);
            if (promoting) {
                anchored[list] = anchor;
            }
            return anchor;
        }
        var made = new ColdList(kind, statements, offsets, list, module.mode == Mode.PLAIN ? null : this);
        if (list >= cold.length) {
            cold = Arrays.copyOf(cold, list * 2);
        }
        cold[list] = made;
        return made;
    }

    Stmt cases(Stmt select, Stmt[] arms) {
        return everything || promoting ? Anchors.cases(select, arms) : new Control.Cases(select, arms);
    }

    private boolean isAnchored(int list) {
        return everything || promoting && list < cold.length && cold[list] != null && cold[list].hasRun();
    }

    @Override
    public Stmt promote(int list) {
        synchronized (code) {
            if (anchored == null) {
                anchored = new Stmt[cold.length];
                promoting = true;
                code.replace(translate());
            } else if (anchored[list] == null) {
                everything = true;
                translate();
            }
            return anchored[list];
        }
    }
}
