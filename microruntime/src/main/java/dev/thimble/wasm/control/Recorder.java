package dev.thimble.wasm.control;

import static dev.thimble.wasm.control.RecordFormat.FAILED;
import static dev.thimble.wasm.control.RecordFormat.RETURNED;
import static dev.thimble.wasm.control.RecordFormat.SUSPENDED;
import static dev.thimble.wasm.control.RecordFormat.THREW;
import static dev.thimble.wasm.control.RecordFormat.TRAPPED;

import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.execute.Tape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes down what reaches an instance from outside: its state at the beginning as a snapshot, then calls with their arguments and
 * fuel, what host functions return, and what the host changes meanwhile. What the module computes is not recorded, save what each
 * call comes to: outcome, fuel, and a checksum of the state. {@link Player} reads it.
 *
 * <p>It never ends a run: when something cannot be written down, or there is no more room for it, the recording ends.
 */
public final class Recorder implements Tape {
    /** Kept free for the last record. */
    private static final int LAST = 512;
    private static final int LONGEST_TEXT = 200;

    private final ModuleInstance instance;
    private final OutputStream file;
    private final long maxBytes;
    private final long maxEvents;
    private final RecordOutput out;
    private final Changes changes;
    private long bytes;
    private long events;
    private String end;
    /** Calls within each other: in one, a host function runs that calls again. */
    private int depth;
    /** What the last call has thrown, if a host function may pass it on. */
    private Throwable thrown;

    /**
     * Begins a recording of an instance in which nothing runs.
     *
     * @param maxMemoryBytes   what its memories may grow to
     * @param maxTableElements what its tables may grow to
     * @throws RecordingException when the instance cannot be recorded, or not within {@code maxBytes}
     */
    public Recorder(ModuleInstance instance, long maxMemoryBytes, int maxTableElements, OutputStream stream, long maxBytes,
                    long maxEvents) throws IOException {
        this.instance = instance;
        this.maxBytes = maxBytes;
        this.maxEvents = maxEvents;
        file = stream;
        refuse();
        out = new RecordOutput(instance);
        changes = new Changes(instance);
        byte[] snapshot = SnapshotWriter.write(instance);
        byte[] deflated = deflate(snapshot);
        out.begin().number(maxMemoryBytes).number(maxTableElements).number(instance.meter.maxDepth()).number(snapshot.length)
                .bytes(deflated, 0, deflated.length);
        file.write(ByteBuffer.allocate(8).putInt(RecordFormat.MAGIC).putInt(RecordFormat.VERSION).array());
        bytes = 8;
        if (!fits()) {
            throw new RecordingException("the state alone takes " + deflated.length + " bytes, and " + maxBytes + " are allowed");
        }
        bytes += out.write(RecordFormat.BEGIN, file);
        file.flush();
        changes.remember();
    }

    private void refuse() {
        if (instance.module.imports().size() != instance.module.importedFunctions()) {
            throw new RecordingException("an instance that imports memories, tables, globals or tags cannot be recorded");
        }
        for (int i = 0; i < instance.module.importedFunctions(); i++) {
            if (instance.functions[i].instance() != null) {
                throw new RecordingException("an instance that imports functions of another instance cannot be recorded");
            }
        }
        for (Memory memory : instance.memories) {
            if (memory.type().shared()) {
                throw new RecordingException("an instance with a shared memory cannot be recorded");
            }
        }
    }

    private static byte[] deflate(byte[] snapshot) throws IOException {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        OutputStream to = new DeflaterOutputStream(deflated);
        to.write(snapshot);
        to.close();
        return deflated.toByteArray();
    }

    /** Bytes written. */
    public long bytes() {
        return bytes;
    }

    /** Calls from outside and resumptions. */
    public long events() {
        return events;
    }

    /** Why nothing more is recorded, or null. */
    public String end() {
        return end;
    }

    /** Ends the recording and closes its stream. */
    public void end(String why) {
        if (end == null) {
            end = why;
            detach();
            try (file) {
                bytes += out.begin().text(shortened(why)).write(RecordFormat.END, file);
            } catch (IOException e) {
                end = why + "; " + e;
            }
        }
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(LONGEST_TEXT, text.length()));
    }

    private void detach() {
        if (instance.meter.tape == this) {
            instance.meter.tape = null;
        }
    }

    private interface Part {
        RecordOutput add(RecordOutput record);
    }

    private void write(int kind, Part part) {
        if (end != null) {
            return;
        }
        try {
            part.add(out.begin());
            if (!fits()) {
                end("the " + maxBytes + " bytes that it may take are used up");
                return;
            }
            bytes += out.write(kind, file);
            if (depth == 0) {
                file.flush();
            }
        } catch (RecordingException e) {
            end("it cannot go on: " + e.getMessage());
        } catch (IOException e) {
            // Behind a record that is not whole nothing can be read.
            end = "it cannot be written: " + e.getMessage();
            detach();
            close();
        }
    }

    private void close() {
        try {
            file.close();
        } catch (IOException e) {
            end += "; " + e.getMessage();
        }
    }

    private boolean fits() {
        return bytes + out.size() + LAST <= maxBytes;
    }

    private RecordOutput changes(RecordOutput record) {
        changes.write(record);
        return record;
    }

    @Override
    public void enter(FunctionInstance function, boolean maySuspend, Frame f) {
        write(RecordFormat.ENTER, record -> {
            record.number(function == null ? -1 : record.index(function)).number(maySuspend ? 1 : 0).fuel();
            return changes(function == null ? record : record.values(function.type.parameters(), f));
        });
        if (depth++ == 0) {
            events++;
        }
    }

    @Override
    public void leave(Progress progress, Throwable failure) {
        depth--;
        thrown = failure;
        write(RecordFormat.LEAVE, record -> outcome(record, progress, failure).fuel().number(Changes.checksum(instance)));
        if (end == null) {
            changes.remember();
            if (depth == 0 && events >= maxEvents) {
                end("it was to be of " + maxEvents + " events");
            }
        }
    }

    private static RecordOutput outcome(RecordOutput record, Progress progress, Throwable failure) {
        record.number(outcome(failure, progress != null && progress != Progress.FINISHED));
        return record.number(failure instanceof Trap trap ? trap.kind().ordinal() : progress == null ? 0 : progress.ordinal());
    }

    static int outcome(Throwable failure, boolean suspended) {
        return failure == null ? suspended ? SUSPENDED : RETURNED
                : failure instanceof Trap ? TRAPPED : failure instanceof WasmException ? THREW : FAILED;
    }

    @Override
    public void host(Frame f, FunctionInstance function) {
        changes.remember();
        long fuel = instance.meter.fuel();
        RuntimeException failure = null;
        try {
            function.callHost(f);
        } catch (IndexOutOfBoundsException e) {
            failure = new Trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, Trap.UNKNOWN);
        } catch (RuntimeException e) {
            failure = e;
        }
        answered(f, function, fuel, failure);
        if (failure != null) {
            throw failure;
        }
    }

    private void answered(Frame f, FunctionInstance function, long fuelBefore, RuntimeException failure) {
        int outcome = outcome(failure, instance.meter.suspension().isAsked(f));
        write(RecordFormat.HOST, record -> {
            record.number(record.index(function)).fuel().number(fuelBefore - instance.meter.fuel()).number(outcome);
            switch (outcome) {
                case RETURNED -> record.values(function.type.results(), f);
                case TRAPPED -> record.number(((Trap) failure).kind().ordinal());
                case FAILED -> record.text(shortened(failure.toString()));
                case THREW -> {
                    if (failure != thrown) {
                        throw new RecordingException("a host function has thrown a module's exception that no call of its own has thrown");
                    }
                }
                default -> { }
            }
            return changes(record);
        });
    }

    @Override
    public void cancel() {
        write(RecordFormat.CANCEL, record -> record);
    }
}
