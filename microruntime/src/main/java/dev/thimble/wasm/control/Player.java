package dev.thimble.wasm.control;

import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.RecordingException;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.execute.Tape;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Plays back what a {@link Recorder} has written: no host function is called. Damage and divergence end it with a {@link RecordingException}. */
public final class Player implements Tape {
    /** A call from outside, or a resumption: {@code function} is −1. */
    public record Entry(int function, boolean maySuspend, long fuel, long[] arguments) {
    }

    /** In place of an exception of the host that has ended the run. */
    public static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Failed() {
            super("the host ended the run here", null, false, false);
        }
    }

    private static final int LARGEST = 1 << 30;

    private final DataInputStream in;
    private final byte[] snapshot;
    private ModuleInstance instance;
    private ByteBuffer record;
    private long records;

    /** Opens a recording. */
    public Player(InputStream stream) throws IOException {
        in = new DataInputStream(stream);
        try {
            if (in.readInt() != Recorder.MAGIC) {
                throw new RecordingException("this is not a recording");
            }
            int version = in.readInt();
            if (version != Recorder.VERSION) {
                throw new RecordingException("the recording has format " + version + ", this engine reads " + Recorder.VERSION);
            }
            snapshot = bytes(in.readInt());
        } catch (EOFException e) {
            throw new RecordingException("the recording ends in its beginning");
        }
    }

    /** The state in which the recording began. */
    public byte[] snapshot() {
        return snapshot;
    }

    public void instance(ModuleInstance target) {
        instance = target;
    }

    /** Reads as many bytes as there are, a piece at a time: a length is not to be believed. */
    private byte[] bytes(int length) throws IOException {
        if (length < 0 || length > LARGEST) {
            throw new RecordingException("record " + records + " announces " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new RecordingException("the recording ends in record " + records);
        }
        return bytes;
    }

    /** Reads a record; false at the recording's end. */
    private boolean read(int... kinds) {
        try {
            int kind = in.read();
            if (kind < 0) {
                return false;
            }
            records++;
            ByteBuffer head = ByteBuffer.allocate(5).put((byte) kind).put(bytes(4));
            byte[] contents = bytes(head.getInt(1));
            CRC32 checksum = new CRC32();
            checksum.update(head.array());
            checksum.update(contents);
            if (ByteBuffer.wrap(bytes(4)).getInt() != (int) checksum.getValue()) {
                throw new RecordingException("record " + records + " is damaged: its checksum does not match");
            }
            if (kind != kinds[0]) {
                throw diverges("a record of kind " + kind + " in place of one of kind " + kinds[0]);
            }
            record = ByteBuffer.wrap(contents);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RecordingException diverges(String what) {
        return new RecordingException("the run differs from the recording at record " + records + ": " + what);
    }

    /** The next call from outside, whose writes to memory are done; null at the end. */
    public Entry next() {
        if (!read(Recorder.ENTER)) {
            return null;
        }
        try {
            Entry entry = new Entry(record.getInt(), record.get() != 0, record.getLong(), longs());
            if (entry.function >= instance.functions.length) {
                throw new RecordingException("record " + records + " calls function " + entry.function);
            }
            changes();
            return entry;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new RecordingException("record " + records + " is not complete");
        }
    }

    private long[] longs() {
        int count = record.getInt();
        if (count < 0 || count > record.remaining() / 8) {
            throw new RecordingException("record " + records + " announces " + count + " values");
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = record.getLong();
        }
        return values;
    }

    private void changes() {
        int size = record.getInt();
        Memory memory = instance.memory;
        if (memory != null && size != memory.size()
                && (size < memory.size() || memory.grow((size - memory.size()) >> memory.type().pageSizeLog2()) < 0)) {
            throw diverges("a memory of " + size + " bytes");
        }
        for (int at = record.getInt(); at >= 0; at = record.getInt()) {
            byte[] bytes = new byte[Math.min(record.getInt(), record.remaining())];
            record.get(bytes);
            if (memory != null) {
                memory.write(at, bytes, 0, bytes.length);
            }
        }
    }

    @Override
    public void enter(FunctionInstance function, boolean maySuspend, long[] arguments) {
        // The entry was read by next().
    }

    @Override
    public void leave(Progress progress) {
        // An embedder may stop between two units of fuel: whether the call came to the same end is asked by check().
    }

    /** Compares the end of a call with the recorded one. */
    public void check(Progress progress) {
        if (!read(Recorder.LEAVE)) {
            throw new RecordingException("the recording ends within a call");
        }
        int expected = record.get();
        long fuel = record.getLong();
        if (expected != (progress == null ? -1 : progress.ordinal()) || fuel != instance.meter.fuel()) {
            throw diverges(progress + " with " + instance.meter.fuel() + " units of fuel left, not " + fuel);
        }
    }

    @Override
    public void host(Frame f, FunctionInstance function) {
        if (!read(Recorder.HOST)) {
            throw new RecordingException("the recording ends within a call");
        }
        try {
            int index = record.getInt();
            if (index < 0 || index >= instance.functions.length || instance.functions[index] != function) {
                throw diverges("another host function is called");
            }
            int outcome = record.get();
            int kind = record.get();
            long[] results = longs();
            System.arraycopy(results, 0, f.slots, 0, results.length);
            changes();
            f.refresh();
            if (outcome == Recorder.SUSPENDED) {
                f.suspend();
            } else if (outcome == Recorder.TRAPPED) {
                throw new Trap(Trap.Kind.values()[kind], Trap.UNKNOWN);
            } else if (outcome == Recorder.FAILED) {
                throw new Failed();
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new RecordingException("record " + records + " is not complete");
        }
    }
}
