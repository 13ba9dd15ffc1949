package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Progress;

/** Stands between an instance and everything outside: writes down what comes in, or plays it back. */
public interface Tape {
    /**
     * Before a function is called from outside, or a suspended run is resumed.
     *
     * @param function  that is called, or null on resumption
     * @param arguments its first slots
     */
    void enter(FunctionInstance function, boolean maySuspend, long[] arguments);

    /** After it; {@code progress} is null when it has thrown. */
    void leave(Progress progress);

    /** In place of a host function, whose arguments are in {@code f}. */
    void host(Frame f, FunctionInstance function);
}
