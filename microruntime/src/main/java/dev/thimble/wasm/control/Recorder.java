package dev.thimble.wasm.control;

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
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Writes down what reaches an instance from outside: its state at the beginning as a snapshot, then calls with their arguments and
 * fuel, what host functions return, and what the host writes to memory 0 meanwhile, found by comparing. What the module
 * computes is not recorded, save fuel and outcome of each call as a check. {@link Player} reads it.
 */
public final class Recorder implements Tape {
    static final int MAGIC = 0x54685265;
    static final int VERSION = 1;
    static final int ENTER = 1, LEAVE = 2, HOST = 3;
    static final int RETURNED = 0, SUSPENDED = 1, TRAPPED = 2, FAILED = 3;

    private final ModuleInstance instance;
    private final DataOutputStream file;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private byte[] before = {};
    private boolean inside;

    /** Begins a recording of an instance in which nothing runs; its stream is flushed after every call from outside. */
    public Recorder(ModuleInstance instance, OutputStream stream) throws IOException {
        this.instance = instance;
        file = new DataOutputStream(stream);
        byte[] snapshot = SnapshotWriter.write(instance);
        file.writeInt(MAGIC);
        file.writeInt(VERSION);
        file.writeInt(snapshot.length);
        file.write(snapshot);
        remember();
    }

    private void remember() {
        Memory memory = instance.memory;
        if (memory != null) {
            int size = (int) memory.size();
            if (before.length != size) {
                before = new byte[size];
            }
            System.arraycopy(memory.array(), 0, before, 0, size);
        }
    }

    /** What has changed in memory since {@link #remember}: its size in bytes, then places, lengths and bytes, and −1. */
    private void changes() throws IOException {
        Memory memory = instance.memory;
        int size = memory == null ? 0 : (int) memory.size();
        out.writeInt(size);
        byte[] array = memory == null ? before : memory.array();
        byte[] old = before.length == size ? before : Arrays.copyOf(before, size);
        for (int at = 0; at < size; ) {
            int difference = Arrays.mismatch(array, at, size, old, at, size);
            if (difference < 0) {
                break;
            }
            int start = at + difference;
            int end = start + 1;
            while (end < size && array[end] != old[end]) {
                end++;
            }
            out.writeInt(start);
            out.writeInt(end - start);
            out.write(array, start, end - start);
            at = end;
        }
        out.writeInt(-1);
    }

    @Override
    public void enter(FunctionInstance function, boolean maySuspend, long[] arguments) {
        if (inside) {
            throw new RecordingException("a host function calls the instance that is being recorded");
        }
        write(ENTER, () -> {
            out.writeInt(function == null ? -1 : index(function));
            out.writeBoolean(maySuspend);
            out.writeLong(instance.meter.fuel());
            longs(arguments, function == null ? 0 : Frame.slots(function.type.parameters()));
            changes();
        });
        inside = true;
    }

    @Override
    public void leave(Progress progress) {
        inside = false;
        write(LEAVE, () -> {
            out.writeByte(progress == null ? -1 : progress.ordinal());
            out.writeLong(instance.meter.fuel());
        });
        remember();
    }

    @Override
    public void host(Frame f, FunctionInstance function) {
        remember();
        RuntimeException thrown = null;
        try {
            function.callHost(f);
        } catch (IndexOutOfBoundsException e) {
            thrown = new Trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, Trap.UNKNOWN);
        } catch (RuntimeException e) {
            thrown = e;
        }
        if (thrown instanceof WasmException) {
            throw new RecordingException("an exception of a module that a host function throws cannot be recorded");
        }
        boolean suspends = instance.meter.suspension().isAsked(f);
        int outcome = thrown instanceof Trap ? TRAPPED : thrown != null ? FAILED : suspends ? SUSPENDED : RETURNED;
        int kind = thrown instanceof Trap trap ? trap.kind().ordinal() : 0;
        write(HOST, () -> {
            out.writeInt(index(function));
            out.writeByte(outcome);
            out.writeByte(kind);
            longs(f.slots, outcome == RETURNED ? Frame.slots(function.type.results()) : 0);
            changes();
        });
        if (thrown != null) {
            throw thrown;
        }
    }

    private int index(FunctionInstance function) {
        if (function.hasReferences()) {
            throw new RecordingException("a function with references cannot be recorded: " + function.type);
        }
        int i = 0;
        while (i < instance.functions.length && instance.functions[i] != function) {
            i++;
        }
        if (i == instance.functions.length) {
            throw new RecordingException("a function that the module neither defines nor imports cannot be recorded");
        }
        return i;
    }

    private void longs(long[] values, int count) throws IOException {
        out.writeInt(count);
        for (int i = 0; i < count; i++) {
            out.writeLong(values[i]);
        }
    }

    private interface Part {
        void write() throws IOException;
    }

    /** A record: kind, length, contents, CRC-32 of all three. */
    private void write(int kind, Part part) {
        try {
            bytes.reset();
            out.writeByte(kind);
            out.writeInt(0);
            part.write();
            byte[] all = bytes.toByteArray();
            int length = all.length - 5;
            for (int i = 0; i < 4; i++) {
                all[1 + i] = (byte) (length >>> 24 - 8 * i);
            }
            CRC32 checksum = new CRC32();
            checksum.update(all);
            file.write(all);
            file.writeInt((int) checksum.getValue());
            if (kind == LEAVE) {
                file.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
