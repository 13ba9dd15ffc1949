package dev.thimble.wasm.execute;

import java.lang.ref.SoftReference;

/**
 * Turns validated bodies of functions into trees; given to a module so that execution need not know translation. Keeps what
 * can be had again of all its functions under one reference, because it needs as much room as a small function.
 */
public abstract class Translator {
    private final int functions;
    /** By index of the function. */
    private volatile SoftReference<ColdLists[]> cold = new SoftReference<>(null);
    private int coldSince;
    /** Whether that has been lost within {@link FunctionLists#WINDOW}: then runs are counted elsewhere, or nothing would ever be hot. */
    boolean forgetsOften;

    /** @param functions of the module, imported ones included */
    protected Translator(int functions) {
        this.functions = functions;
    }

    /** What is kept of a function, or null. */
    final ColdLists cold(FunctionCode code) {
        ColdLists[] all = cold.get();
        return all == null ? null : all[code.index];
    }

    /** Keeps it, or no more if null. When threads begin to do that at once, it may be in vain for one. */
    final void keep(FunctionCode code, ColdLists lists) {
        ColdLists[] all = cold.get();
        if (all == null) {
            int now = Runs.now();
            forgetsOften = now - coldSince < FunctionLists.WINDOW;
            coldSince = now;
            all = new ColdLists[functions];
            cold = new SoftReference<>(all);
        }
        all[code.index] = lists;
    }

    /** The first tree of a function, or a new one after it was dropped. */
    protected abstract FunctionBody translate(FunctionCode code);

    /** Translates a function's cold lists again. */
    protected abstract ColdLists fill(FunctionLists lists);

    /**
     * The rest of a function that has been translated.
     *
     * @param place offset in the binary of a call, a loop or the function's beginning
     */
    protected abstract FunctionBody rest(FunctionCode code, int place);

    /**
     * Finds the memory access that has failed.
     *
     * @param f         as the function has left it
     * @param statement offset in the binary of the statement that the access is part of
     * @return the offset of the access
     */
    protected abstract int failed(FunctionCode code, Frame f, int statement);

    /**
     * Anchors a list that may be hot, and others with it, if it is.
     *
     * @param elapsed milliseconds in which its runs have been counted
     */
    protected abstract void promote(FunctionLists lists, int list, int elapsed);

    /** Anchors everything that is anchored anew, since a loop that kept slots in registers is to keep them in the frame. */
    protected abstract void withoutRegisters(FunctionLists lists);
}
