package dev.thimble.wasm.execute;

/** Turns a function's validated body into trees; given to a module so that execution need not know translation. */
public interface Translator {
    /** The first tree of a function, or a new one after it was dropped. */
    FunctionBody translate(FunctionCode code);

    /** Fills the lists of a function whose contents have been dropped, and returns the contents. */
    Stmt[][] fill(FunctionLists lists);

    /**
     * The rest of a function that has been translated.
     *
     * @param place offset in the binary of a call, a loop or the function's beginning
     */
    FunctionBody rest(FunctionCode code, int place);

    /**
     * Finds the memory access that has failed.
     *
     * @param f         as the function has left it
     * @param statement offset in the binary of the statement that the access is part of
     * @return the offset of the access
     */
    int failed(FunctionCode code, Frame f, int statement);

    /**
     * Anchors a list that may be hot, and others with it, if it is.
     *
     * @param elapsed milliseconds in which its runs have been counted
     */
    void promote(FunctionLists lists, int list, int elapsed);

    /** Anchors everything that is anchored anew, since a loop that kept slots in registers is to keep them in the frame. */
    void withoutRegisters(FunctionLists lists);
}
