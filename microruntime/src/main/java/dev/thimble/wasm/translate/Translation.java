package dev.thimble.wasm.translate;

import dev.thimble.wasm.execute.Anchors;
import dev.thimble.wasm.execute.ColdList;
import dev.thimble.wasm.execute.Continuation;
import dev.thimble.wasm.execute.Control;
import dev.thimble.wasm.execute.FunctionLists;
import dev.thimble.wasm.execute.ListKind;
import dev.thimble.wasm.execute.Offsets;
import dev.thimble.wasm.execute.Stmt;
import java.util.Arrays;

/**
 * One translation of a function, and which of its lists become anchored in it: none, or those that have run more than once
 * in a millisecond, and those that were anchored before.
 *
 * <p>What is anchored is always made anew, so that HotSpot compiles nested lists as one: what it has compiled on its own it
 * would rather call. A list that runs less often may be called, and a class of its own would not be worth its room.
 */
final class Translation {
    /** Nothing is to be anchored. */
    static final int COLD = -1;

    private static final int NOWHERE = 0;

    private final ModuleTranslator module;
    private final FunctionLists lists;
    private final int elapsed;
    private final int place;
    private final boolean everything;
    private final Offsets offsets = new Offsets();
    private Stmt[][] contents = new Stmt[4][];
    private Stmt[] anchored = new Stmt[4];
    private int anchors;

    /** @param elapsed milliseconds in which the lists' runs have been counted, or {@link #COLD} */
    Translation(ModuleTranslator module, FunctionLists lists, int elapsed) {
        this(module, lists, elapsed, NOWHERE);
    }

    /** @param place at which the rest of the function is to begin, whose lists are left as they are; or {@link #NOWHERE} */
    Translation(ModuleTranslator module, FunctionLists lists, int elapsed, int place) {
        this.place = place;
        this.module = module;
        this.lists = lists;
        this.elapsed = elapsed;
        everything = module.mode == Mode.ANCHORED;
    }

    /** The function's tree. */
    Stmt run() {
        return new FunctionTranslator(module, lists.code.index, this).translate();
    }

    Stmt[][] contents() {
        return contents;
    }

    /** Anchors made. */
    int anchors() {
        return anchors;
    }

    /** Tells that all lists have been made. */
    void end(int count) {
        if (place != NOWHERE) {
            return;
        }
        contents = Arrays.copyOf(contents, count);
        if (!lists.hasBegun()) {
            lists.begin(count, offsets.packed());
        }
        if (elapsed != COLD) {
            lists.anchor(Arrays.copyOf(anchored, count));
        }
        lists.fill(contents);
    }

    /**
     * Makes list number {@code list}, whose statements have these offsets in the binary.
     *
     * @param leaf whether a loop contains nothing that takes fuel itself
     */
    Stmt make(ListKind kind, Stmt[] statements, int[] at, int list, boolean leaf) {
        Stmt made = list(kind, statements, at, list, leaf);
        return place == NOWHERE ? made : Continuation.open(kind, statements, at, place, made);
    }

    private Stmt list(ListKind kind, Stmt[] statements, int[] at, int list, boolean leaf) {
        if (!lists.hasBegun()) {
            offsets.add(list, at);
        }
        if (list >= contents.length) {
            contents = Arrays.copyOf(contents, list * 2);
            anchored = Arrays.copyOf(anchored, list * 2);
        }
        if (anchors(list)) {
            anchors += Anchors.count(statements.length);
            return anchored[list] = Anchors.of(kind, statements, lists, list, leaf);
        }
        if (lists.anchored(list) != null) {
            return lists.anchored(list);
        }
        contents[list] = statements;
        return new ColdList(lists, list, kind);
    }

    private boolean anchors(int list) {
        return everything || elapsed != COLD && (lists.anchored(list) != null || lists.runs(list) > elapsed);
    }

    /** Makes a switch, which is a statement of list number {@code list}. */
    Stmt cases(Stmt select, Stmt[] arms, int list) {
        if (place == NOWHERE && anchors(list)) {
            anchors += arms.length / Anchors.SIZE + 1;
            return Anchors.cases(select, arms);
        }
        return new Control.Cases(select, arms);
    }
}
