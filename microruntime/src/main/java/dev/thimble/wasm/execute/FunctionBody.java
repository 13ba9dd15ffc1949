package dev.thimble.wasm.execute;

/**
 * What a call runs in the callee's frame: the function's entry and its statements. A class and not an interface, because
 * calls see many of them, and HotSpot finds a class's method sooner.
 */
public abstract class FunctionBody {
    /** Runs the function to its end; returns {@link Stmt#NEXT}, or {@link TailCalls#TAIL} when it is not wrapped for that. */
    abstract int run(Frame f);
}
