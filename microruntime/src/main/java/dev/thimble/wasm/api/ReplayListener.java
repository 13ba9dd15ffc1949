package dev.thimble.wasm.api;

/**
 * Sees what goes on between a replayed instance and its surroundings, while it goes on. Functions are known by their index in the
 * module. It may look at everything and must change nothing.
 */
public interface ReplayListener {
    /** How a host function has ended. */
    enum Outcome { RETURNED, SUSPENDED, TRAPPED, THREW, FAILED }

    /**
     * A call from outside begins, or goes on.
     *
     * @param event    its number, from 1; 0 for a call that a host function makes
     * @param function that is called, or −1 when the suspended run is resumed
     * @param slots    the arguments' raw bits, two for a v128; empty on resumption
     */
    void entered(long event, int function, long[] slots);

    /**
     * A host function has answered. What it has written is in memory already, and the arguments can still be read.
     *
     * @param results raw bits of what it returned, two for a v128; empty when it did not return
     * @param text    of the trap or of the host's exception; empty otherwise
     */
    void hostCalled(int function, HostCall call, Outcome outcome, long[] results, String text);
}
