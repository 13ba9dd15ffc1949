package dev.thimble.wasm;

import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.Invocation;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.execute.Suspension;
import dev.thimble.wasm.execute.Tape;

/**
 * A call that can be made many times without allocating: set the arguments, {@link #run}, read the results.
 * Parameters and results are numbered from 0; reading or writing one as another type reads or writes raw bits.
 * May be used only on one thread at a time, like its instance, and not from within itself.
 */
public final class Call {
    private final ModuleInstance owner;
    private final FunctionInstance function;
    private final int[] argumentSlots;
    private final int[] resultSlots;
    private final boolean references;
    private final long[] slots;
    private final Object[] objects;
    private boolean suspended;

    Call(ModuleInstance owner, FunctionInstance function) {
        this.owner = owner;
        this.function = function;
        argumentSlots = Invocation.starts(function.type.parameters());
        resultSlots = Invocation.starts(function.type.results());
        references = Invocation.hasReferences(function.type);
        int size = Math.max(argumentSlots[argumentSlots.length - 1], resultSlots[resultSlots.length - 1]);
        slots = new long[size];
        objects = references ? new Object[size] : null;
    }

    /** The run that is suspended on an instance. */
    static Call suspended(ModuleInstance owner, FunctionInstance root) {
        Call call = new Call(owner, root);
        call.suspended = true;
        return call;
    }

    public void i32(int parameter, int value) {
        slots[argumentSlots[parameter]] = value;
    }

    public void i64(int parameter, long value) {
        slots[argumentSlots[parameter]] = value;
    }

    public void f32(int parameter, float value) {
        slots[argumentSlots[parameter]] = Float.floatToRawIntBits(value);
    }

    public void f64(int parameter, double value) {
        slots[argumentSlots[parameter]] = Double.doubleToRawLongBits(value);
    }

    public void v128(int parameter, long low, long high) {
        slots[argumentSlots[parameter]] = low;
        slots[argumentSlots[parameter] + 1] = high;
    }

    /** Sets a reference; the caller answers for its type. */
    public void reference(int parameter, Object value) {
        objects[argumentSlots[parameter]] = value;
    }

    /**
     * Runs the function to its end: out of fuel it traps, and a host function cannot suspend it. Arguments must be set anew
     * before the next run. Possible too while another run on the instance is suspended.
     *
     * @throws dev.thimble.wasm.api.Trap          when the module traps
     * @throws dev.thimble.wasm.api.WasmException when it throws and does not catch
     */
    public void run() {
        Frame f = enter();
        Tape tape = owner.meter.tape;
        if (tape == null) {
            Invocation.run(f, function);
        } else {
            tape.enter(function, false, f);
            try {
                Invocation.run(f, function);
            } catch (RuntimeException | Error e) {
                tape.leave(null, e);
                throw e;
            }
            tape.leave(Progress.FINISHED, null);
        }
        leave(f);
    }

    /**
     * Runs the function until it ends, until a host function suspends it ({@code HostCall.suspend}), or until its fuel is used
     * up. A suspended run takes no thread and no Java stack; {@link #resume} goes on with it, on any thread.
     *
     * @throws dev.thimble.wasm.api.Trap          when the module traps
     * @throws dev.thimble.wasm.api.WasmException when it throws and does not catch
     * @throws IllegalStateException              when another run on the instance is suspended, or within a host function
     */
    public Progress start() {
        return go(false);
    }

    /**
     * Goes on with this run, which is suspended: calls the host function again that it waits for, or continues where its fuel
     * was used up. Allocates nothing once the module is warm, as {@link #start}.
     *
     * @return {@code OUT_OF_FUEL} at once while {@link Instance#fuel} is negative
     * @throws IllegalStateException when this run is not suspended
     */
    public Progress resume() {
        if (!suspended || !owner.meter.suspension().isSuspended()) {
            throw new IllegalStateException("the run is not suspended");
        }
        suspended = false;
        return go(true);
    }

    private Progress go(boolean resumes) {
        Suspension suspension = owner.meter.suspension();
        Frame f = resumes ? owner.meter.first() : enter();
        if (!resumes) {
            suspension.checkStart(f);
        }
        Tape tape = owner.meter.tape;
        if (tape == null) {
            return progress(resumes ? suspension.resume() : suspension.start(f, function));
        }
        tape.enter(resumes ? null : function, true, f);
        Progress progress;
        try {
            progress = resumes ? suspension.resume() : suspension.start(f, function);
        } catch (RuntimeException | Error e) {
            tape.leave(null, e);
            throw e;
        }
        tape.leave(progress, null);
        return progress(progress);
    }

    /** Whether this run is suspended. */
    public boolean isSuspended() {
        return suspended;
    }

    /** Gives a suspended run up. What it has done to memories, tables and globals stays. */
    public void cancel() {
        if (suspended) {
            suspended = false;
            owner.meter.suspension().cancel();
            if (owner.meter.tape != null) {
                owner.meter.tape.cancel();
            }
        }
    }

    private Progress progress(Progress progress) {
        suspended = progress != Progress.FINISHED;
        if (!suspended) {
            leave(owner.meter.first());
        }
        return progress;
    }

    private Frame enter() {
        Frame f = Invocation.frame(owner, function);
        System.arraycopy(slots, 0, f.slots, 0, argumentSlots[argumentSlots.length - 1]);
        if (references) {
            f.ensureReferences(objects.length);
            System.arraycopy(objects, 0, f.references, 0, objects.length);
        }
        return f;
    }

    private void leave(Frame f) {
        System.arraycopy(f.slots, 0, slots, 0, resultSlots[resultSlots.length - 1]);
        if (references) {
            System.arraycopy(f.references, 0, objects, 0, objects.length);
        }
        f.forgetReferences();
    }

    public int i32Result(int result) {
        return (int) slots[resultSlots[result]];
    }

    public long i64Result(int result) {
        return slots[resultSlots[result]];
    }

    public float f32Result(int result) {
        return Float.intBitsToFloat((int) slots[resultSlots[result]]);
    }

    public double f64Result(int result) {
        return Double.longBitsToDouble(slots[resultSlots[result]]);
    }

    /** Low half of a v128 result. */
    public long v128LowResult(int result) {
        return slots[resultSlots[result]];
    }

    /** High half of a v128 result. */
    public long v128HighResult(int result) {
        return slots[resultSlots[result] + 1];
    }

    public Object referenceResult(int result) {
        return objects[resultSlots[result]];
    }

    void arguments(long[] bits) {
        int count = argumentSlots[argumentSlots.length - 1];
        if (bits.length != count) {
            throw new IllegalArgumentException("the function takes " + count + " arguments, not " + bits.length);
        }
        System.arraycopy(bits, 0, slots, 0, count);
    }

    /** Sets the arguments that are references, at the indices of their slots. */
    void references(Object[] values) {
        if (references) {
            System.arraycopy(values, 0, objects, 0, values.length);
        }
    }

    long[] results() {
        return java.util.Arrays.copyOf(slots, resultSlots[resultSlots.length - 1]);
    }
}
