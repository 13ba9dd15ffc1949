package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Progress;

/** Stands between an instance and everything outside: writes down what comes in, or plays it back. */
public interface Tape {
    /**
     * Before a function is called from outside, or a suspended run is resumed.
     *
     * @param function that is called, or null on resumption
     * @param f        the frame with its arguments
     */
    void enter(FunctionInstance function, boolean maySuspend, Frame f);

    /**
     * After it.
     *
     * @param progress null when it has thrown {@code failure}
     */
    void leave(Progress progress, Throwable failure);

    /** In place of a host function, whose arguments are in {@code f}. */
    void host(Frame f, FunctionInstance function);

    /** The suspended run has been given up. */
    void cancel();
}
