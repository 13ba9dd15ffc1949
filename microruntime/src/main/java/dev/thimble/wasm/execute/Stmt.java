package dev.thimble.wasm.execute;

/**
 * A statement: something done for its effect on frame, memory or control.
 *
 * <p>Implementations are records, whose fields HotSpot trusts to be constant: a tree of them under a {@code static
 * final} root compiles to straight code (see {@link Anchors}).
 */
public interface Stmt {
    /** Result code: go on with the next statement. */
    int NEXT = -1;
    /** Result code: the instance is being suspended; unwind without running anything. */
    int SUSPEND = -2;

    /** Runs the statement; returns {@link #NEXT}, {@link #SUSPEND} or the depth of the label to branch to. */
    int exec(Frame f);
}
