package dev.thimble.wasm.api;

/**
 * One call of a host function: its arguments, its results and the calling instance. Nothing here allocates, except
 * one small object for a function with vectors.
 *
 * <p>Arguments are numbered from 0, and so are results. Read every argument before the first result is written,
 * since both live in the same slots. The types are those of the function's declaration; asking for another type
 * gives the raw bits read as that type. A result that is not written is undefined.
 */
public interface HostCall {
    /** Memory 0 of the calling instance, or null. */
    Memory memory();

    /** What {@code InstanceOptions.attachment} gave to the calling instance, or null. */
    Object attachment();

    int i32(int argument);

    long i64(int argument);

    float f32(int argument);

    double f64(int argument);

    /** Low half of a v128. */
    long v128Low(int argument);

    /** High half of a v128. */
    long v128High(int argument);

    /** A reference; null for the null reference. */
    Object reference(int argument);

    void resultI32(int result, int value);

    void resultI64(int result, long value);

    void resultF32(int result, float value);

    void resultF64(int result, double value);

    void resultV128(int result, long low, long high);

    void resultReference(int result, Object value);

    /** Whether {@link #suspend} is possible: not within a plain {@code run}, nor below another host function. */
    default boolean maySuspend() {
        return false;
    }

    /**
     * Answers "not yet": when the host function has returned, the run is suspended, and the embedder's thread is free. When
     * the embedder resumes the run, the function is called again with the same arguments, and answers or suspends anew.
     * It must not have written a result before. What it waits for and until when is the host's to remember.
     *
     * @throws Trap ({@code CANNOT_SUSPEND}) when {@link #maySuspend} is false
     */
    default void suspend() {
        throw new Trap(Trap.Kind.CANNOT_SUSPEND, Trap.UNKNOWN);
    }

    /** Whether the function has suspended this very call before. */
    default boolean resumed() {
        return false;
    }

    /** The first result. */
    default void resultI32(int value) {
        resultI32(0, value);
    }

    /** The first result. */
    default void resultI64(long value) {
        resultI64(0, value);
    }

    /** The first result. */
    default void resultF32(float value) {
        resultF32(0, value);
    }

    /** The first result. */
    default void resultF64(double value) {
        resultF64(0, value);
    }
}
