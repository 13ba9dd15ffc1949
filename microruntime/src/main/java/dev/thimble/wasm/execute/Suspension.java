package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.StackTrace;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The suspension of a run and what is left of it: the chain of frames, in each the offset of the statement that it is at, and
 * the host function that has answered "not yet". No thread and no Java stack is kept.
 *
 * <p>A run is suspended by an exception without a stack trace; lists of statements, which locate traps anyway, note in their
 * frame where it passes. Resumption runs the rest of the innermost function, then of its caller, and so on:
 * see {@link Continuation}.
 */
public final class Suspension {
    /** Unwinds the Java stack; carries nothing. */
    static final class Unwind extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Unwind() {
            super("suspended", null, false, false);
        }
    }

    static final Unwind UNWIND = new Unwind();

    /** Whether the run on the chain may be suspended. */
    boolean allowed;
    /** The frame of the host function that is being called again. */
    Frame resumed;
    /** An exception that passes from a function that was resumed to its caller, which is about to be. */
    private WasmException passing;
    /** The frame of the host function that has asked to be suspended. */
    private Frame asking;
    /** The innermost frame of the suspended run, or null. */
    private Frame innermost;
    /** The host function that waits in it, or null. */
    private FunctionInstance waiting;
    /** The function that the suspended run began with. */
    private FunctionInstance root;

    /** Whether a run is suspended. */
    public boolean isSuspended() {
        return innermost != null && !allowed;
    }

    Frame innermost() {
        return innermost;
    }

    void ask(Frame host) {
        if (!allowed) {
            throw new Trap(Trap.Kind.CANNOT_SUSPEND, Trap.UNKNOWN);
        }
        asking = host;
    }

    /** Whether the host function that runs in {@code host} has asked so far. */
    public boolean isAsked(Frame host) {
        return asking == host;
    }

    /** Whether the host function that ran in {@code host} has asked; asks only once. */
    boolean asked(Frame host) {
        if (asking != host) {
            return false;
        }
        asking = null;
        return true;
    }

    /** What to throw when a host function has asked. */
    Unwind suspend(Frame host, FunctionInstance function) {
        innermost = host;
        waiting = function;
        return UNWIND;
    }

    /** Notes a frame of the run, the innermost first. */
    void park(Frame frame) {
        if (innermost == null) {
            innermost = frame;
        }
    }

    /** @throws IllegalStateException when no run that may be suspended can begin in a frame of {@link Invocation#frame} */
    public void checkStart(Frame f) {
        if (innermost != null || f.caller().caller() != null) {
            throw new IllegalStateException(innermost != null ? "another run on this instance is suspended"
                    : "a run that may be suspended cannot begin inside a host function");
        }
    }

    /** Runs a function in a frame that has been checked until it ends or is suspended. */
    public Progress start(Frame f, FunctionInstance callee) {
        allowed = true;
        root = callee;
        try {
            Invocation.exec(f, callee);
            return Progress.FINISHED;
        } catch (Unwind e) {
            return parked();
        } catch (RuntimeException | Error t) {
            // It may have been on its way to being suspended where the stack ended.
            cancel();
            throw Invocation.placed(Invocation.failure(f, t), f, callee);
        } finally {
            allowed = false;
        }
    }

    private Progress parked() {
        innermost.meter.top = innermost;
        return waiting != null ? Progress.WAITING : Progress.OUT_OF_FUEL;
    }

    /** Goes on with the suspended run until it ends or is suspended again. Its results are in the first frame after the chain's base. */
    public Progress resume() {
        Frame f = innermost;
        FunctionInstance host = waiting;
        if (host == null && f.meter.fuel() < 0) {
            return Progress.OUT_OF_FUEL;
        }
        innermost = null;
        waiting = null;
        allowed = true;
        f.meter.top = f.base();
        try {
            if (host != null) {
                resumed = f;
                f = callAgain(f, host);
            }
            for (; f.caller() != null; f = f.caller()) {
                goOn(f);
            }
            if (passing != null) {
                throw passing;
            }
            return Progress.FINISHED;
        } catch (Unwind e) {
            return parked();
        } catch (RuntimeException | Error t) {
            Frame first = f.base().next;
            RuntimeException failure = Invocation.failure(first, t);
            for (; f != null; f = f.caller()) {
                if (f.position != 0) {
                    f.fault(failure, f.position);
                    f.position = 0;
                }
            }
            cancel();
            throw Invocation.placed(failure, first, root);
        } finally {
            resumed = null;
            passing = null;
            allowed = false;
        }
    }

    private Frame callAgain(Frame f, FunctionInstance host) {
        try {
            Invocation.exec(f, host);
        } catch (WasmException e) {
            passing = e;
        }
        resumed = null;
        return f.caller();
    }

    /** Runs the rest of the function in a frame. */
    private void goOn(Frame f) {
        int position = f.position;
        f.position = 0;
        f.refresh();
        try {
            f.instance.codeAt(position).from(position).run(f);
        } catch (WasmException e) {
            passing = e;
        }
    }

    /** Throws what the callee of a statement that is being resumed has thrown. */
    void arrive() {
        WasmException e = passing;
        if (e != null) {
            passing = null;
            throw e;
        }
    }

    /** The functions that are suspended. */
    public StackTrace stack() {
        StackTrace stack = new StackTrace();
        for (Frame f = innermost; f != null; f = f.caller()) {
            if (f.position != 0) {
                stack.add(f.instance.symbols, f.meter.chain(), f.depth, f.position);
            }
        }
        return stack;
    }

    /**
     * The functions of {@code instance} that are suspended, innermost first, and −1 for one of another instance.
     *
     * @return how many there are, of which {@code into} gets as many as it has room for
     */
    public int functions(ModuleInstance instance, int[] into) {
        int count = 0;
        for (Frame f = innermost; f != null; f = f.caller()) {
            if (f.position != 0) {
                if (count < into.length) {
                    into[count] = f.instance == instance ? instance.module.functionAt(f.position) : -1;
                }
                count++;
            }
        }
        return count;
    }

    /** A frame of a suspended run, as far as it can be kept elsewhere: {@code position} is 0 for a host function. */
    public record Saved(int position, long[] slots, Object[] references) {
    }

    /** The function that the suspended run began with, or null when none is suspended. */
    public FunctionInstance root() {
        return isSuspended() ? root : null;
    }

    /** The host function that a suspended run waits for, or null. */
    public FunctionInstance waiting() {
        return waiting;
    }

    /**
     * The frames of a suspended run, outermost first; their arrays are not copied.
     *
     * @throws IllegalStateException when one is of another instance
     */
    public List<Saved> save() {
        List<Saved> frames = new ArrayList<>();
        for (Frame f = innermost; f.caller() != null; f = f.caller()) {
            if (f.position != 0 && f.instance != f.base().instance) {
                throw new IllegalStateException("the suspended run is in a function of another instance");
            }
            frames.add(0, new Saved(f.position, f.slots, f.references));
        }
        return frames;
    }

    /**
     * Puts a run in place that was suspended elsewhere.
     *
     * @throws IllegalStateException when a frame is at a place where no run can be suspended
     */
    public void restore(ModuleInstance instance, FunctionInstance first, FunctionInstance host, List<Saved> frames) {
        Frame f = instance.meter.top;
        for (Saved saved : frames) {
            f = f.callee();
            f.ensureSlots(saved.slots.length);
            System.arraycopy(saved.slots, 0, f.slots, 0, saved.slots.length);
            f.ensureReferences(saved.references.length);
            System.arraycopy(saved.references, 0, f.references, 0, saved.references.length);
            f.position = saved.position;
            if (saved.position != 0) {
                instance.codeAt(saved.position).from(saved.position);
            }
        }
        root = first;
        waiting = host;
        innermost = f;
        instance.meter.top = f;
    }

    /** Gives the suspended run up; its frames are free again. */
    public void cancel() {
        if (innermost != null) {
            Frame base = innermost.base();
            for (Frame f = innermost; f != base; f = f.caller()) {
                f.position = 0;
            }
            innermost = null;
            waiting = null;
            base.meter.top = base;
            base.next.forgetReferences();
        }
    }
}
