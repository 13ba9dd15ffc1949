package dev.thimble.wasm.control;

import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.ReplayListener;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.Invocation;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.execute.Tape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.util.function.Supplier;
import java.util.zip.InflaterInputStream;

/**
 * Plays back what a {@link Recorder} has written: no host function is called. Where the recording ends within a call, or the run differs from it,
 * the run is suspended, so that one can see where it is.
 */
public final class Player implements Tape {
    /** What comes next: a call from outside, or when {@code function} is −1 a resumption. */
    public record Entry(int function, boolean maySuspend, long fuel, long[] slots, Object[] references) {
    }

    /** In place of an exception of the host that has ended the run. */
    public static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Failed(String text) {
            super(text, null, false, false);
        }
    }

    /** Ends a run that cannot be suspended where the recording ends. */
    public static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;
        private static final Ended INSTANCE = new Ended();

        private Ended() {
            super("the recording ends here", null, false, false);
        }
    }

    private static final int LARGEST = 1 << 30;
    private static final Trap.Kind[] KINDS = Trap.Kind.values();
    private static final ReplayListener.Outcome[] OUTCOMES = ReplayListener.Outcome.values();

    private final RecordInput in;
    private final long maxMemoryBytes;
    private final int maxTableElements;
    private final int maxDepth;
    private final byte[] snapshot;
    private ModuleInstance instance;
    private ReplayListener listener;
    /** Fuel that the run does not know of, so that it stops earlier. */
    private long withheld;
    private long events;
    private String end;
    private RecordingException divergence;

    /** Opens a recording. */
    public Player(InputStream stream) throws IOException {
        in = new RecordInput(stream);
        if (in.next() != RecordFormat.BEGIN) {
            throw new RecordingException("the recording ends in its beginning");
        }
        try {
            maxMemoryBytes = in.number();
            maxTableElements = in.integer();
            maxDepth = in.integer();
            int length = in.integer();
            InputStream inflated = new InflaterInputStream(new ByteArrayInputStream(in.bytes()));
            snapshot = inflated.readNBytes(Math.min(length, LARGEST));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IOException e) {
            throw new RecordingException("the recording is damaged in its beginning: " + e.getMessage());
        }
    }

    /** The state in which the recording began. */
    public byte[] snapshot() {
        return snapshot;
    }

    public long maxMemoryBytes() {
        return maxMemoryBytes;
    }

    public int maxTableElements() {
        return maxTableElements;
    }

    public int maxDepth() {
        return maxDepth;
    }

    public void instance(ModuleInstance target, ReplayListener to) {
        instance = target;
        listener = to;
    }

    /** Calls from outside and resumptions so far. */
    public long events() {
        return events;
    }

    public long withheld() {
        return withheld;
    }

    public void withhold(long fuel) {
        withheld = fuel;
    }

    /** Why there is nothing more, once {@link #next} has given null or a run could not go on; else null. */
    public String end() {
        return end;
    }

    /** Throws what was found wrong while the run went on, if anything was. */
    public void verify() {
        if (divergence != null) {
            throw divergence;
        }
    }

    private RecordingException diverges(String what) {
        return new RecordingException("the run differs from the recording at record " + in.record() + ": " + what);
    }

    /** Reads from the present record, which may have been made up. */
    private <T> T read(Supplier<T> part) {
        try {
            return part.get();
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalStateException e) {
            throw new RecordingException("record " + in.record() + " is damaged: " + e.getMessage());
        }
    }

    /** Goes to the next record, and at the last one keeps in mind why it is the last. */
    private int kind() {
        int kind = in.next();
        if (kind == 0) {
            end = "the recording breaks off after record " + in.record();
        } else if (kind == RecordFormat.END) {
            end = read(in::text);
            return 0;
        }
        return kind;
    }

    /** The next call from outside, before which the host's changes are made; null at the end. */
    public Entry next() {
        int kind = end == null ? kind() : 0;
        boolean cancels = false;
        while (kind == RecordFormat.CANCEL) {
            cancels = true;
            kind = kind();
        }
        if (kind == 0) {
            // Also a run that was given up can still be looked at.
            return null;
        }
        if (cancels) {
            instance.meter.suspension().cancel();
        }
        if (kind != RecordFormat.ENTER) {
            throw diverges("a record of kind " + kind + " in place of a call");
        }
        events++;
        return entry(events);
    }

    private Entry entry(long event) {
        Entry entry = read(() -> {
            long function = in.number();
            boolean maySuspend = in.number() != 0;
            long fuel = in.fuel();
            FunctionInstance called = function < 0 ? null : instance.functions[Math.toIntExact(function)];
            int slots = called == null ? 0 : Frame.slots(called.type.parameters());
            Entry read = new Entry((int) function, maySuspend, fuel, new long[slots], new Object[slots]);
            if (called != null) {
                in.values(called.type.parameters(), read.slots, read.references, instance);
            }
            Changes.make(instance, in);
            return read;
        });
        listener.entered(event, entry.function, entry.slots);
        return entry;
    }

    @Override
    public void enter(FunctionInstance function, boolean maySuspend, Frame f) {
        // The entry was read by next().
    }

    @Override
    public void leave(Progress progress, Throwable failure) {
        // An embedder may stop between two units of fuel: whether the call came to the same end is asked by check().
    }

    @Override
    public void cancel() {
        // Whoever looks at a replay may give a run up.
    }

    /**
     * Compares the end of a call with the recorded one.
     *
     * @param progress null when it has thrown {@code failure}
     */
    public void check(Progress progress, Throwable failure) {
        int kind = kind();
        if (kind == 0) {
            return;
        }
        if (kind != RecordFormat.LEAVE) {
            throw diverges("the call has ended: " + describe(Recorder.outcome(failure, progress != Progress.FINISHED), detail(progress, failure))
                    + "; in the recording it goes on");
        }
        read(() -> {
            int outcome = in.integer();
            int detail = in.integer();
            long fuel = in.fuel();
            int checksum = (int) in.number();
            int actual = Recorder.outcome(failure, progress != Progress.FINISHED);
            if (outcome != actual || detail != detail(progress, failure)) {
                throw diverges("the call has ended: " + describe(actual, detail(progress, failure)) + "; in the recording: " + describe(outcome, detail));
            }
            if (fuel != instance.meter.fuel() + withheld) {
                throw diverges("the call has left " + (instance.meter.fuel() + withheld) + " units of fuel; in the recording " + fuel);
            }
            if (checksum != Changes.checksum(instance)) {
                throw diverges("the call has left another state of memories and globals");
            }
            return null;
        });
    }

    private static int detail(Progress progress, Throwable failure) {
        return failure instanceof Trap trap ? trap.kind().ordinal() : progress == null ? 0 : progress.ordinal();
    }

    private static String describe(int outcome, int detail) {
        return switch (outcome) {
            case RecordFormat.RETURNED -> "it has returned";
            case RecordFormat.SUSPENDED -> detail == Progress.WAITING.ordinal() ? "it waits" : "its fuel is used up";
            case RecordFormat.TRAPPED -> "trap: " + (detail < KINDS.length ? KINDS[detail].text() : "of unknown kind");
            case RecordFormat.THREW -> "it has thrown an exception";
            default -> "the host has ended it";
        };
    }

    @Override
    public void host(Frame f, FunctionInstance function) {
        long fuel = instance.meter.fuel() + withheld;
        RuntimeException thrown = null;
        try {
            int kind = kind();
            while (kind == RecordFormat.ENTER) {
                thrown = call(entry(0));
                kind = kind();
            }
            if (kind == 0) {
                stop(f);
                return;
            }
            if (kind != RecordFormat.HOST) {
                throw diverges("the module calls " + name(function) + "; in the recording the call ends");
            }
            answer(f, function, fuel, thrown);
        } catch (RecordingException e) {
            divergence = e;
            stop(f);
        } catch (Ended e) {
            stop(f);
        }
    }

    private static void stop(Frame f) {
        if (!f.maySuspend()) {
            throw Ended.INSTANCE;
        }
        f.suspend();
    }

    /** Makes a call that a host function has made. What is withheld cannot stop it: it would not go on. */
    private RuntimeException call(Entry entry) {
        if (entry.function < 0 || entry.maySuspend) {
            throw diverges("a host function resumes a run");
        }
        FunctionInstance function = instance.functions[entry.function];
        Frame f = Invocation.frame(instance, function);
        System.arraycopy(entry.slots, 0, f.slots, 0, entry.slots.length);
        f.ensureReferences(entry.references.length);
        System.arraycopy(entry.references, 0, f.references, 0, entry.references.length);
        long outside = withheld;
        withheld = 0;
        instance.meter.fuel(entry.fuel);
        RuntimeException thrown = null;
        try {
            Invocation.run(f, function);
        } catch (Trap | WasmException | Failed e) {
            thrown = e;
        } finally {
            withheld = outside;
            instance.meter.fuel(instance.meter.fuel() - outside);
        }
        check(thrown == null ? Progress.FINISHED : null, thrown);
        if (end != null) {
            throw Ended.INSTANCE;
        }
        return thrown;
    }

    private void answer(Frame f, FunctionInstance function, long fuel, RuntimeException thrown) {
        long[] results = new long[Frame.slots(function.type.results())];
        Object[] references = new Object[results.length];
        RuntimeException failure = read(() -> {
            FunctionInstance recorded = instance.functions[in.integer()];
            if (recorded != function) {
                throw diverges("the module calls " + name(function) + "; in the recording " + name(recorded));
            }
            long after = in.fuel();
            long before = after + in.number();
            if (before != fuel) {
                throw diverges("the module calls " + name(function) + " with " + fuel + " units of fuel left; in the recording with " + before);
            }
            int outcome = in.integer();
            RuntimeException ends = null;
            switch (outcome) {
                case RecordFormat.RETURNED -> in.values(function.type.results(), results, references, instance);
                case RecordFormat.SUSPENDED -> f.suspend();
                case RecordFormat.TRAPPED -> ends = new Trap(KINDS[in.integer()], Trap.UNKNOWN);
                case RecordFormat.THREW -> ends = thrown;
                case RecordFormat.FAILED -> ends = new Failed(in.text());
                default -> throw new IndexOutOfBoundsException("an outcome " + outcome);
            }
            if (outcome == RecordFormat.THREW && !(thrown instanceof WasmException)) {
                throw diverges("no call of the host function's has thrown");
            }
            Changes.make(instance, in);
            instance.meter.fuel(after - withheld);
            f.refresh();
            boolean returned = outcome == RecordFormat.RETURNED;
            HostCall seen = function.view(f);
            listener.hostCalled(index(function), seen, OUTCOMES[outcome], returned ? results : new long[0], ends == null ? ""
                    : ends instanceof Trap trap ? trap.kind().text() : ends.getMessage());
            return ends;
        });
        if (failure != null) {
            throw failure;
        }
        if (!instance.meter.suspension().isAsked(f)) {
            System.arraycopy(results, 0, f.slots, 0, results.length);
            if (f.references.length >= references.length) {
                System.arraycopy(references, 0, f.references, 0, references.length);
            }
        }
    }

    private int index(FunctionInstance function) {
        int i = 0;
        while (instance.functions[i] != function) {
            i++;
        }
        return i;
    }

    private String name(FunctionInstance function) {
        int i = index(function);
        return i < instance.module.importedFunctions() ? instance.module.imports().get(i).module() + " " + instance.module.imports().get(i).name()
                : "function " + i;
    }
}
