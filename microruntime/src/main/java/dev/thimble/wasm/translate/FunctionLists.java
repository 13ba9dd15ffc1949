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
    private final boolean everything;
    /** The list that has become hot after the others: it and those inside it are anchored; then none any more. */
    private int late;

    FunctionLists(ModuleTranslator module, FunctionCode code) {
        this.module = module;
        this.code = code;
        everything = module.mode == Mode.ANCHORED;
    }

    Stmt translate() {
        return new FunctionTranslator(module, code.index, this).translate();
    }

    /**
     * Makes list number {@code list}, whose statements have these offsets in the binary.
     *
     * @param leaf whether a loop contains nothing that takes fuel itself
     */
    Stmt make(ListKind kind, Stmt[] statements, int[] offsets, int list, boolean leaf) {
        if (everything) {
            return Anchors.of(kind, statements, offsets, leaf);
        }
        if (promoting && anchored[list] != null) {
            return anchored[list];
        }
        if (promoting && mayAnchor(list) && (list == late || cold[list] != null && cold[list].hasRun())) {
            anchored[list] = Anchors.of(kind, statements, offsets, leaf);
            late = list == late ? Integer.MAX_VALUE : late;
            return anchored[list];
        }
        var made = new ColdList(kind, statements, offsets, list, module.mode == Mode.PLAIN ? null : this);
        if (mayAnchor(list)) {
            if (list >= cold.length) {
                cold = Arrays.copyOf(cold, list * 2);
            }
            cold[list] = made;
        }
        // Otherwise it is outside the list that is being anchored late, and the one in use stays.
        return made;
    }

    /** Lists are numbered as they begin and made as they end: until one is made, larger numbers are inside it. */
    private boolean mayAnchor(int list) {
        return list >= late;
    }

    /** Makes a switch. */
    Stmt cases(Stmt select, Stmt[] arms) {
        return everything || promoting && late != Integer.MAX_VALUE ? Anchors.cases(select, arms)
                : new Control.Cases(select, arms);
    }

    @Override
    public Stmt promote(int list) {
        synchronized (code) {
            if (anchored == null) {
                anchored = new Stmt[cold.length];
                promoting = true;
                code.replace(translate());
            } else if (anchored[list] == null) {
                late = list;
                translate();
            }
            for (int i = 0; i < anchored.length; i++) {
                if (anchored[i] != null) {
                    cold[i] = null;
                }
            }
            return anchored[list];
        }
    }
}
