package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.ValueType;
import dev.thimble.wasm.api.WasmException;
import java.util.Arrays;
import java.util.List;

/**
 * The activation of one function: its parameters, locals and spilled operands, one 64-bit slot each.
 *
 * <p>Frames form a chain, one for each depth of calls, made on the first descent and kept. A caller writes arguments
 * into the slots of {@link #next} and finds the results there, so that a call copies and allocates nothing. The
 * memory's array is held here, where compiled code can keep it in a register; whatever may grow a memory ends with
 * {@link #refresh}. To a host function its frame is the {@link HostCall}.
 */
public sealed class Frame implements HostCall permits Registers {
    /** Slots that every frame has at least; functions with more enlarge theirs on entry. */
    public static final int MIN_SLOTS = 24;

    private static final Object[] NO_REFERENCES = {};

    public long[] slots;
    /** References, at the indices of the slots that they belong to; as long as a function needs. */
    public Object[] references;
    public byte[] memory;
    public ModuleInstance instance;
    public Frame next;
    /** The arm on which a tree of switches is deciding. */
    int arm;
    /** The callee of a tail call on its way. */
    FunctionInstance tail;
    /** While the run is suspended: offset in the binary of the statement that the function is at; else 0. */
    int position;
    public final Meter meter;
    /** What {@link #pay} takes from: the meter, but in a loop with registers what that has claimed. */
    final Fuel fuel;
    private final Frame previous;
    final int depth;

    /** The first frame of a chain. */
    Frame(ModuleInstance instance) {
        this(null, 0, instance, instance.meter);
    }

    private Frame(Frame previous, int depth, ModuleInstance instance, Meter meter) {
        this.previous = previous;
        this.depth = depth;
        this.meter = meter;
        fuel = meter;
        this.instance = instance;
        memory = instance.memoryArray();
        slots = new long[MIN_SLOTS];
        references = NO_REFERENCES;
    }

    /** Only a memory, and fuel or null. */
    Frame(byte[] memory, Fuel fuel) {
        previous = null;
        depth = 0;
        meter = null;
        this.fuel = fuel;
        this.memory = memory;
    }

    /** Takes fuel for the way on from a branch, if that is more than none; the next loop or function asks whether there was enough. */
    final void pay(int units) {
        if (units > 0) {
            fuel.slice -= units;
        }
    }

    /** The frame of a function called from this one in the same instance. */
    public Frame callee() {
        Frame n = next;
        return n == null || n.instance != instance ? calleeIn(instance) : n;
    }

    Frame callee(long a) {
        Frame n = callee();
        n.slots[0] = a;
        return n;
    }

    Frame callee(long a, long b) {
        Frame n = callee(a);
        n.slots[1] = b;
        return n;
    }

    Frame callee(long a, long b, long c) {
        Frame n = callee(a, b);
        n.slots[2] = c;
        return n;
    }

    Frame callee(long a, long b, long c, long d) {
        Frame n = callee(a, b, c);
        n.slots[3] = d;
        return n;
    }

    /** The frame of a function called from this one in {@code target}. */
    public Frame calleeIn(ModuleInstance target) {
        Frame n = next;
        if (n == null) {
            if (depth >= meter.maxDepth()) {
                throw new Trap(Trap.Kind.CALL_STACK_EXHAUSTED, Trap.UNKNOWN);
            }
            n = new Frame(this, depth + 1, target, meter);
            next = n;
        } else if (n.instance != target) {
            n.instance = target;
            n.memory = target.memoryArray();
        }
        return n;
    }

    /** The frame that called this one. */
    Frame caller() {
        return previous;
    }

    /** The first frame of the chain, in which nothing runs. */
    Frame base() {
        Frame f = this;
        while (f.previous != null) {
            f = f.previous;
        }
        return f;
    }

    /** Moves this frame to another instance, whose function is about to run in it. */
    void enter(ModuleInstance target) {
        instance = target;
        memory = target.memoryArray();
    }

    /** Slots that values of these types take. */
    public static int slots(List<ValueType> types) {
        return Invocation.slots(types);
    }

    /** Makes room for a function of {@code count} slots. */
    public void ensureSlots(int count) {
        if (slots.length < count) {
            slots = Arrays.copyOf(slots, count);
        }
    }

    /** Makes room for a function of {@code count} slots that hold references. */
    public void ensureReferences(int count) {
        if (references.length < count) {
            references = Arrays.copyOf(references, count);
            meter.references = true;
        }
    }

    /**
     * Lets go of all references that this frame and those after it hold, once a run has ended: between two events a
     * module must not keep what it no longer reaches.
     */
    public void forgetReferences() {
        if (meter.references) {
            for (Frame f = this; f != null; f = f.next) {
                Arrays.fill(f.references, null);
            }
        }
    }

    /** Takes note of grown memories, here and in every frame of the chain. */
    public void refresh() {
        if (memory != instance.memoryArray()) {
            for (Frame f = this; f != null; f = f.previous) {
                f.memory = f.instance.memoryArray();
            }
            for (Frame f = next; f != null; f = f.next) {
                f.memory = f.instance.memoryArray();
            }
        }
    }

    /**
     * What a list of statements throws when one of them has thrown {@code e}.
     *
     * @param statement number of that statement in its list, or −1 between two rounds of a loop
     * @param fuel      that the list has claimed and not used
     */
    RuntimeException fault(RuntimeException e, FunctionLists lists, int list, int statement, int fuel) {
        meter.giveBack(fuel);
        return statement < 0 || e == Suspension.UNWIND && position != 0 ? e : fault(e, lists.offset(list, statement));
    }

    /** What a statement at {@code offset} in the binary throws when something inside it has thrown {@code e}. */
    RuntimeException fault(RuntimeException e, int offset) {
        if (e == Suspension.UNWIND) {
            if (position == 0) {
                position = offset;
                meter.suspension().park(this);
            }
        } else if (e instanceof IndexOutOfBoundsException) {
            return fault(new Trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, Trap.UNKNOWN), offset);
        } else if (e instanceof Trap trap) {
            trap.unwind(instance.symbols, meter.chain(), depth,
                    trap.isRead() ? instance.codeAt(offset).failed(this, offset) : offset);
        } else if (e instanceof WasmException thrown) {
            thrown.trace().add(instance.symbols, meter.chain(), depth, offset);
        }
        return e;
    }

    @Override
    public Memory memory() {
        return instance.memory;
    }

    @Override
    public Object attachment() {
        return instance.attachment;
    }

    @Override
    public boolean maySuspend() {
        return meter.suspension().allowed;
    }

    @Override
    public void suspend() {
        meter.suspension().ask(this);
    }

    @Override
    public boolean resumed() {
        return meter.suspension().resumed == this;
    }

    @Override
    public int i32(int argument) {
        return (int) slots[argument];
    }

    @Override
    public long i64(int argument) {
        return slots[argument];
    }

    @Override
    public float f32(int argument) {
        return Float.intBitsToFloat((int) slots[argument]);
    }

    @Override
    public double f64(int argument) {
        return Double.longBitsToDouble(slots[argument]);
    }

    @Override
    public long v128Low(int argument) {
        return slots[argument];
    }

    @Override
    public long v128High(int argument) {
        return slots[argument + 1];
    }

    @Override
    public Object reference(int argument) {
        return references[argument];
    }

    @Override
    public void resultI32(int result, int value) {
        slots[result] = value;
    }

    @Override
    public void resultI64(int result, long value) {
        slots[result] = value;
    }

    @Override
    public void resultF32(int result, float value) {
        slots[result] = Float.floatToRawIntBits(value);
    }

    @Override
    public void resultF64(int result, double value) {
        slots[result] = Double.doubleToRawLongBits(value);
    }

    @Override
    public void resultV128(int result, long low, long high) {
        slots[result] = low;
        slots[result + 1] = high;
    }

    @Override
    public void resultReference(int result, Object value) {
        references[result] = value;
    }
}
