package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Trap;

/**
 * What bounds the runs on an instance's chain of frames: fuel, a stop flag and the depth of calls.
 *
 * <p>Fuel is handed to the running code in slices, and the flag, which another thread may set, is looked at only
 * when a slice is used up: the hot path is one subtraction and one compare.
 */
public final class Meter extends Fuel implements Runnable {
    private static final long SLICE = 8192;

    /** Whether any frame of the chain has held references. */
    boolean references;
    /**
     * The innermost frame of this chain that is in use while no module's code runs: that of a host call, or the first.
     * A call from outside begins below it.
     */
    Frame top;
    /** The suspended run on this chain, if there is one. */
    private final Suspension suspension = new Suspension();
    long hostCalls;
    /** What records or plays back this chain's calls, or null. */
    public Tape tape;
    private final int maxDepth;
    private long reserve;
    private volatile boolean stop;

    /**
     * @param fuel     units
     * @param maxDepth calls inside each other
     */
    public Meter(long fuel, int maxDepth) {
        this.maxDepth = maxDepth;
        reserve = fuel;
    }

    /** Takes fuel where a run may be suspended: on entry to a function, and before another round of a loop. */
    void charge(int units) {
        if ((slice -= units) < 0) {
            nextSlice();
        }
    }

    /** The same, but only says whether a new slice is needed. */
    boolean take(int units) {
        return (slice -= units) < 0;
    }

    /**
     * Takes fuel for an operation on {@code length} bytes or elements, one unit for each 64. What is more than there is remains
     * owing, else a run in slices smaller than the operation would never get past it.
     */
    public void chargeBulk(long length) {
        reserve += slice - (length >>> 6);
        slice = 0;
    }

    /**
     * Hands the rest of the slice to a loop, which gives back what it does not use. Nothing if branches have taken more: C2 expects that a loop which counts down
     * begins above 0, and where that fails compiles it anew without what it gains from that.
     */
    int claim() {
        if (slice < 0) {
            return 0;
        }
        int claimed = (int) slice;
        slice = 0;
        return claimed;
    }

    /** After a loop has used its claim up and {@code -left} more: makes room for the next one, or throws and leaves it to the loop to give back. */
    void renew(int left) {
        slice += left;
        try {
            nextSlice();
        } catch (RuntimeException e) {
            slice -= left;
            throw e;
        }
    }

    void giveBack(int units) {
        slice += units;
    }

    /** Looks at flag and fuel now: for work that no code paces, like constant expressions. */
    public void nextSlice() {
        run();
        if (slice + reserve < 0) {
            if (suspension.allowed) {
                throw Suspension.UNWIND;
            }
            slice = 0;
            reserve = 0;
            throw new Trap(Trap.Kind.OUT_OF_FUEL, Trap.UNKNOWN);
        }
        long all = slice + reserve;
        slice = Math.min(all, SLICE);
        reserve = all - slice;
    }

    /** Calls of host functions. */
    public long hostCalls() {
        return hostCalls;
    }

    /** The frame at a depth of the chain, from 1; it keeps the slots of what ran there last. */
    public Frame frame(int depth) {
        Frame f = top.base();
        for (int i = 0; i < depth; i++) {
            f = f.next;
        }
        return f;
    }

    /** Tells the chain of frames that this bounds from others. */
    public int chain() {
        return System.identityHashCode(this);
    }

    /** What is left of a suspended run, or may be. */
    public Suspension suspension() {
        return suspension;
    }

    /** Whether nothing runs on the chain; a run may be suspended. */
    public boolean isIdle() {
        return top.caller() == null || suspension.isSuspended() && suspension.innermost() == top;
    }

    /** The frame of the first function on the chain. */
    public Frame first() {
        return top.base().next;
    }

    /** Ends the run if that has been requested; between the pieces of an operation on many bytes or elements. */
    @Override
    public void run() {
        if (stop) {
            stop = false;
            throw new Trap(Trap.Kind.STOPPED, Trap.UNKNOWN);
        }
    }

    public int maxDepth() {
        return maxDepth;
    }

    /** Units left; negative when a suspended run has taken more than there was. */
    public long fuel() {
        return slice + reserve;
    }

    public void fuel(long units) {
        slice = 0;
        reserve = units;
    }

    /** Whether the run is to end, for what waits without using fuel. */
    public boolean stopRequested() {
        return stop;
    }

    /** Ends the run at its next slice, from any thread. */
    public void requestStop() {
        stop = true;
    }
}
