package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.FunctionType;

/**
 * The code of one function, shared by all instances of its module. The first call translates it.
 * As a statement it runs the function in the callee's frame.
 */
public final class FunctionCode extends FunctionBody implements Stmt {
    public final int index;
    public final FunctionType type;
    final Translator translator;
    /** This itself until it has been translated. */
    FunctionBody body = this;
    /** What calls the function: this itself, or when it is hot and short a {@link SmallFunction}; null while that is being made. */
    private Stmt target = this;
    /** The lists of {@link #body}. */
    private FunctionLists lists;

    public FunctionCode(int index, FunctionType type, Translator translator) {
        this.index = index;
        this.type = type;
        this.translator = translator;
    }

    /** Runs the function, whose arguments are in the first slots of {@code f}, and leaves its results there. */
    @Override
    public int exec(Frame f) {
        return body.run(f);
    }

    /** The same, except that a tail call is left to the caller. */
    int execUnwrapped(Frame f) {
        FunctionBody b = translated();
        return (b instanceof TailCalls.Loop loop ? loop.body : b).run(f);
    }

    /** The offset of the memory access that a statement of the function has failed in. */
    int failed(Frame f, int statement) {
        return translator.failed(this, f, statement);
    }

    /** The function's tree as it is now. */
    public FunctionBody tree() {
        return translated();
    }

    /** The first run. */
    @Override
    int run(Frame f) {
        return translated().run(f);
    }

    private FunctionBody translated() {
        FunctionBody b = body;
        return b == this ? translate() : b;
    }

    private synchronized FunctionBody translate() {
        if (body == this) {
            body = translator.translate(this);
        }
        return body;
    }

    /**
     * Lets go of all that has been translated; the next call begins anew, and what runs goes on. Without the lock, which
     * another function's translation may hold on its way here: at worst what is being translated now stays.
     */
    public void drop() {
        body = this;
        target = this;
        if (lists != null) {
            lists.drop();
        }
    }

    /** Puts a better tree in place of the first one. Trees are immutable, so other threads may see either. */
    public void replace(FunctionBody tree) {
        body = tree;
    }

    /** What is to call the function from now on. */
    public Stmt target() {
        Stmt t = target;
        if (t == null) {
            // It calls itself.
            t = Anchors.target(this);
            target = t;
        }
        return t;
    }

    /** Tells that the function is being translated to a tree that is worth inlining. */
    public void beginSmall() {
        target = null;
    }

    /** Gives the function a place of its own to be called from, at which the tree can be inlined. */
    public void endSmall(FunctionBody tree) {
        if (target == null) {
            target = tree instanceof Stmt s ? s : this;
        }
    }

    /** Takes the lists of the function's tree. */
    public void lists(FunctionLists all) {
        lists = all;
    }

    public FunctionLists lists() {
        return lists;
    }

    /** The rest of the function after the call, or from the loop, at an offset in the binary. */
    FunctionBody from(int offset) {
        if (lists == null) {
            translate();
        }
        ColdLists kept = translator.cold(this);
        if (kept == null) {
            kept = translator.fill(lists);
        }
        FunctionBody rest = Continuation.Cache.find(kept.continuations, offset);
        if (rest == null) {
            rest = translator.rest(this, offset);
            kept.continuations = Continuation.Cache.with(kept.continuations, offset, rest);
        }
        return rest;
    }
}
