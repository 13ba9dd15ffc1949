package dev.thimble.wasm.api;

/**
 * A function that the embedder offers to modules.
 *
 * <p>It is called on the thread that runs the module. An exception that it throws ends the module's run and reaches
 * the embedder unchanged, except {@link IndexOutOfBoundsException} from {@link Memory}, which becomes a trap.
 * It may call exported functions of this or other instances, and may suspend the run: {@link HostCall#suspend}.
 */
@FunctionalInterface
public interface HostFunction {
    /** Reads its arguments from {@code call} and leaves its results there. {@code call} is valid only meanwhile. */
    void call(HostCall call);
}
