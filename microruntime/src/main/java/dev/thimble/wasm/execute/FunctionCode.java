package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.FunctionType;

/**
 * The code of one function, shared by all instances of its module. The first call translates it.
 * As a statement it runs the function in the callee's frame.
 */
public final class FunctionCode implements Stmt {
    public final int index;
    public final FunctionType type;
    private final Translator translator;
    private Stmt body;
    /** The lists of {@link #body}. */
    private FunctionLists lists;
    private Continuation.Cache continuations;

    public FunctionCode(int index, FunctionType type, Translator translator) {
        this.index = index;
        this.type = type;
        this.translator = translator;
    }

    /** Runs the function, whose arguments are in the first slots of {@code f}, and leaves its results there. */
    @Override
    public int exec(Frame f) {
        Stmt b = body;
        return b == null ? first(f) : b.exec(f);
    }

    /** The same, except that a tail call is left to the caller. */
    int execUnwrapped(Frame f) {
        if (body == null) {
            translate();
        }
        return (body instanceof TailCalls.Loop loop ? loop.body() : body).exec(f);
    }

    private int first(Frame f) {
        translate();
        return body.exec(f);
    }

    private synchronized void translate() {
        if (body == null) {
            body = translator.translate(this);
        }
    }

    /** Puts a better tree in place of the first one. Trees are immutable, so other threads may see either. */
    public void replace(Stmt tree) {
        body = tree;
        continuations = null;
    }

    /** Takes the lists of the function's tree. */
    public void lists(FunctionLists all) {
        lists = all;
        continuations = null;
    }

    public FunctionLists lists() {
        return lists;
    }

    /** The rest of the function after the call, or from the loop, at an offset in the binary. */
    Stmt from(int offset) {
        Stmt rest = Continuation.Cache.find(continuations, offset);
        if (rest == null) {
            if (body == null) {
                translate();
            }
            rest = translator.rest(this, offset);
            continuations = Continuation.Cache.with(continuations, offset, rest);
        }
        return rest;
    }
}
