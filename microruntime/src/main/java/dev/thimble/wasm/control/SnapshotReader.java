package dev.thimble.wasm.control;

import dev.thimble.wasm.api.ArrayType;
import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.SnapshotException;
import dev.thimble.wasm.api.StructType;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.execute.Suspension;
import dev.thimble.wasm.execute.gc.ArrayInstance;
import dev.thimble.wasm.execute.gc.I31;
import dev.thimble.wasm.execute.gc.StructInstance;
import dev.thimble.wasm.execute.gc.StructLayout;
import dev.thimble.wasm.structure.Module;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Puts the state that a {@link SnapshotWriter} has written into a new instance. A snapshot is as much to be trusted as the module:
 * its checksum finds damage, not malice; made up, it may make the module trap, but not leave its memory.
 */
public final class SnapshotReader {
    /** Slots that a frame may have; the format allows a function 50,000 locals and as many operands of two slots. */
    private static final int MAX_SLOTS = 1 << 18;

    private final ByteBuffer in;
    private final Module module;
    private ModuleInstance instance;
    private Object[] objects;

    private SnapshotReader(Module module, byte[] snapshot) {
        in = ByteBuffer.wrap(snapshot, 0, Math.max(snapshot.length - Format.CHECKSUM, 0));
        this.module = module;
        check(snapshot);
    }

    /**
     * Opens a snapshot of an instance of {@code module}.
     *
     * @throws SnapshotException when it is damaged, of another module or of another version
     */
    public static SnapshotReader open(Module module, byte[] snapshot) {
        return new SnapshotReader(module, snapshot);
    }

    private void check(byte[] snapshot) {
        if (snapshot.length < 8 + Format.HASH + Format.CHECKSUM || in.getInt() != Format.MAGIC) {
            throw new SnapshotException("this is not a snapshot");
        }
        int version = in.getInt();
        CRC32 checksum = new CRC32();
        checksum.update(snapshot, 0, in.limit());
        if ((int) checksum.getValue() != ByteBuffer.wrap(snapshot).getInt(in.limit())) {
            throw new SnapshotException("the snapshot is damaged: its checksum does not match");
        }
        if (version != Format.VERSION) {
            throw new SnapshotException("the snapshot has format " + version + ", this engine reads " + Format.VERSION);
        }
        byte[] hash = new byte[Format.HASH];
        in.get(hash);
        if (!Arrays.equals(hash, Format.hash(module))) {
            throw new SnapshotException("the snapshot is of another module");
        }
    }

    /**
     * Fills an instance that has been linked but not started.
     *
     * @return the function that the suspended run began with, or null when there is none
     * @throws SnapshotException when the contents do not fit
     */
    public FunctionInstance fill(ModuleInstance target) {
        instance = target;
        try {
            heads();
            for (Object object : objects) {
                contents(object);
            }
            FunctionInstance root = state();
            if (in.hasRemaining()) {
                throw new SnapshotException("the snapshot goes on behind its end");
            }
            return root;
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ClassCastException | NegativeArraySizeException
                 | IllegalStateException | Trap e) {
            throw new SnapshotException("the snapshot does not fit the module: " + e.getMessage());
        }
    }

    private FunctionInstance state() {
        instance.meter.fuel(in.getLong());
        for (int i = module.importedMemories(); i < instance.memories.length; i++) {
            memory(instance.memories[i]);
        }
        for (int i = module.importedGlobals(); i < instance.globals.length; i++) {
            global(instance.globals[i]);
        }
        for (int i = module.importedTables(); i < instance.tables.length; i++) {
            table(instance.tables[i]);
        }
        for (int i = 0; i < instance.elements.length; i++) {
            instance.elements[i] = references();
        }
        for (int i = 0; i < instance.data.length; i++) {
            if (in.get() == 0) {
                instance.data[i] = new byte[0];
            }
        }
        return in.get() == 0 ? null : run();
    }

    private void memory(Memory memory) {
        long pages = in.getLong();
        if (pages < memory.pages() || memory.grow(pages - memory.pages()) < 0) {
            throw new SnapshotException("the snapshot has a memory of " + pages + " pages, more than the instance may have");
        }
        byte[] array = memory.array();
        int size = (int) memory.size();
        Arrays.fill(array, 0, size, (byte) 0);
        for (int at = 0; at < size; ) {
            at += in.getInt();
            int length = in.getInt();
            if (at < 0 || length < 0 || length > size - at) {
                throw new SnapshotException("the snapshot writes beyond a memory");
            }
            in.get(array, at, length);
            at += length;
        }
    }

    private void global(Global global) {
        long bits = in.getLong();
        long high = in.getLong();
        Object reference = reference();
        if (global.type().mutable()) {
            global.v128(bits, high);
            global.reference(reference);
        }
    }

    private void table(Table table) {
        Object[] elements = references();
        if (elements.length < table.size() || table.grow(elements.length - table.size(), null) < 0) {
            throw new SnapshotException("the snapshot has a table of " + elements.length + " elements, more than the instance may have");
        }
        System.arraycopy(elements, 0, table.array(), 0, elements.length);
    }

    private FunctionInstance run() {
        FunctionInstance root = instance.functions[in.getInt()];
        int host = in.getInt();
        int count = in.getInt();
        List<Suspension.Saved> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int position = in.getInt();
            int slots = in.getInt();
            int used = in.getInt();
            if (slots < 0 || slots > MAX_SLOTS || used > slots) {
                throw new SnapshotException("the snapshot has a frame of " + slots + " slots");
            }
            long[] values = new long[slots];
            for (int s = 0; s < used; s++) {
                values[s] = in.getLong();
            }
            frames.add(new Suspension.Saved(position, values, references()));
        }
        if (frames.isEmpty()) {
            throw new SnapshotException("the snapshot has a run without frames");
        }
        instance.meter.suspension().restore(instance, root, host == Module.NONE ? null : instance.functions[host], frames);
        return root;
    }

    // ---- references

    private Object[] references() {
        int count = in.getInt();
        if (count < 0 || count > in.remaining()) {
            throw new SnapshotException("the snapshot announces " + count + " references");
        }
        Object[] references = new Object[count];
        for (int i = 0; i < count; i++) {
            references[i] = reference();
        }
        return references;
    }

    private Object reference() {
        int kind = in.get();
        switch (kind) {
            case Format.NULL:
                return null;
            case Format.FUNCTION:
                return instance.functions[in.getInt()];
            case Format.I31:
                return I31.of(in.getInt());
            case Format.OBJECT:
            case Format.EXCEPTION:
                return objects[in.getInt()];
            default:
                throw new SnapshotException("the snapshot has a reference of unknown kind " + kind);
        }
    }

    private void heads() {
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / 4) {
            throw new SnapshotException("the snapshot announces " + count + " objects");
        }
        objects = new Object[count];
        for (int i = 0; i < count; i++) {
            int type = in.getInt();
            if (type < 0) {
                int slots = length();
                objects[i] = new WasmException(instance.tags[~type], new long[slots], in.get() == 0 ? null : new Object[slots]);
            } else if (module.types().defined(type).composite() instanceof ArrayType) {
                objects[i] = new ArrayInstance(module.types().defined(type), length());
            } else if (module.types().defined(type).composite() instanceof StructType) {
                objects[i] = new StructLayout(module.types().defined(type)).allocate();
            } else {
                throw new SnapshotException("the snapshot has an object of a function's type");
            }
        }
    }

    /** A length, for each unit of which at least a byte follows. */
    private int length() {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new SnapshotException("the snapshot announces an object of length " + length);
        }
        return length;
    }

    private void contents(Object object) {
        if (object instanceof WasmException e) {
            longs(e.slots());
            if (e.references() != null) {
                copy(e.references());
            }
        } else if (object instanceof StructInstance struct) {
            longs(struct.numbers());
            copy(struct.references());
        } else {
            elements(((ArrayInstance) object).elements());
        }
    }

    private void copy(Object[] target) {
        Object[] references = references();
        if (references.length != target.length) {
            throw new SnapshotException("the snapshot has " + references.length + " references for " + target.length);
        }
        System.arraycopy(references, 0, target, 0, target.length);
    }

    private void elements(Object elements) {
        if (elements instanceof byte[] values) {
            in.get(values);
        } else if (elements instanceof short[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = in.getShort();
            }
        } else if (elements instanceof int[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = in.getInt();
            }
        } else if (elements instanceof long[] values) {
            longs(values);
        } else {
            copy((Object[]) elements);
        }
    }

    private void longs(long[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getLong();
        }
    }
}
