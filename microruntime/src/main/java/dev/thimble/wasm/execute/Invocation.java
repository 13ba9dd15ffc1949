package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import java.util.List;

/** How functions are entered from elsewhere: from outside, from another instance, and host functions from a module. */
public final class Invocation {
    private Invocation() {
    }

    /**
     * The frame in which a call from outside writes its arguments, runs and finds its results.
     *
     * @param caller the instance on whose chain of frames the call runs
     */
    public static Frame frame(ModuleInstance caller, FunctionInstance callee) {
        Frame f = caller.meter.top.calleeIn(callee.instance == null ? caller : callee.instance);
        f.refresh();
        f.ensureSlots(Math.max(slots(callee.type), 1));
        return f;
    }

    static int slots(FunctionType type) {
        return Math.max(slots(type.parameters()), slots(type.results()));
    }

    public static boolean hasReferences(FunctionType type) {
        return type.parameters().stream().anyMatch(ValueType::isReference)
                || type.results().stream().anyMatch(ValueType::isReference);
    }

    static boolean hasVectors(FunctionType type) {
        return type.parameters().contains(ValueType.V128) || type.results().contains(ValueType.V128);
    }

    /** By index: every event of a device comes through here, and an iterator would be garbage. */
    static int slots(List<ValueType> types) {
        int slots = 0;
        for (int i = 0; i < types.size(); i++) {
            slots += types.get(i).slots();
        }
        return slots;
    }

    /** The first slot of each value, and at the end how many slots there are. */
    public static int[] starts(List<ValueType> types) {
        var starts = new int[types.size() + 1];
        for (int i = 0; i < types.size(); i++) {
            starts[i + 1] = starts[i] + types.get(i).slots();
        }
        return starts;
    }

    /** Runs {@code callee} in a frame of {@link #frame} to its end. */
    public static void run(Frame f, FunctionInstance callee) {
        Suspension suspension = f.meter.suspension();
        boolean outer = suspension.allowed;
        suspension.allowed = false;
        try {
            exec(f, callee);
        } catch (RuntimeException | Error t) {
            throw placed(failure(f, t), f, callee);
        } finally {
            suspension.allowed = outer;
        }
    }

    /** What the embedder sees of {@code t}, which has ended a run that began in {@code f}. */
    static RuntimeException failure(Frame f, Throwable t) {
        f.forgetReferences();
        if (t instanceof StackOverflowError || t instanceof OutOfMemoryError) {
            return ColdFunction.exhausted(t);
        }
        if (t instanceof Error e) {
            throw e;
        }
        return (RuntimeException) t;
    }

    /** The same, which names the function that was called when nobody knows a better place: the stack or the heap was at its end. */
    static RuntimeException placed(RuntimeException e, Frame f, FunctionInstance callee) {
        if (e instanceof Trap trap && trap.trace().depth() == 0 && callee.code != null) {
            f.fault(e, callee.instance.module.bodyStart(callee.code.index));
        }
        return e;
    }

    /** Runs a function that is likely of the caller's instance in its frame {@code f}. */
    static int any(Frame f, FunctionInstance callee) {
        return callee.instance == f.instance ? callee.code.exec(f) : foreign(f, callee);
    }

    /** Runs a host function, or one of another instance, in its frame {@code f}. */
    static int foreign(Frame f, FunctionInstance callee) {
        if (callee.instance != null && callee.instance != f.instance) {
            f.enter(callee.instance);
        }
        int r = exec(f, callee);
        f.caller().refresh();
        return r;
    }

    /** Runs a tail call's callee, of any instance, in the frame that ends; may return {@link TailCalls#TAIL} again. */
    static int tail(Frame f, FunctionInstance callee) {
        if (callee.instance == f.instance) {
            return callee.code.execUnwrapped(f);
        }
        return foreign(f, callee);
    }

    static int exec(Frame f, FunctionInstance callee) {
        return callee.host != null ? host(f, callee) : callee.code.exec(f);
    }

    private static int host(Frame f, FunctionInstance callee) {
        var host = callee.host;
        f.ensureSlots(host.slots());
        if (host.references()) {
            f.ensureReferences(host.slots());
        }
        Meter meter = f.meter;
        meter.hostCalls++;
        Frame outer = meter.top;
        meter.top = f;
        boolean suspends;
        try {
            if (meter.tape == null) {
                callee.callHost(f);
            } else {
                meter.tape.host(f, callee);
            }
        } catch (IndexOutOfBoundsException e) {
            throw new Trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, Trap.UNKNOWN);
        } finally {
            meter.top = outer;
            suspends = meter.suspension().asked(f);
        }
        if (suspends) {
            throw meter.suspension().suspend(f, callee);
        }
        return Stmt.NEXT;
    }
}
