package dev.thimble.wasm.control;

import dev.thimble.wasm.api.Global;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.api.SnapshotException;
import dev.thimble.wasm.api.Table;
import dev.thimble.wasm.api.WasmException;
import dev.thimble.wasm.execute.FunctionInstance;
import dev.thimble.wasm.execute.ModuleInstance;
import dev.thimble.wasm.execute.Suspension;
import dev.thimble.wasm.execute.gc.ArrayInstance;
import dev.thimble.wasm.execute.gc.HeapObject;
import dev.thimble.wasm.execute.gc.I31;
import dev.thimble.wasm.execute.gc.StructInstance;
import dev.thimble.wasm.structure.Module;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** Writes the state of one instance: what its module defines, and its suspended run. Imports are the embedder's to keep. */
public final class SnapshotWriter {
    /** Zeros in a row that are worth a new run of bytes. */
    private static final int GAP = 16;

    private final ModuleInstance instance;
    private final Module module;
    private ByteArrayOutputStream bytes;
    private DataOutputStream out;
    private final Map<Object, Integer> objects = new IdentityHashMap<>();
    private final List<Object> found = new ArrayList<>();

    private SnapshotWriter(ModuleInstance instance) {
        this.instance = instance;
        module = instance.module;
        begin();
    }

    /**
     * The state of an instance, in which nothing runs.
     *
     * @throws SnapshotException     when it holds references of the host, or to other instances
     * @throws IllegalStateException while a function of it runs
     */
    public static byte[] write(ModuleInstance instance) {
        if (!instance.meter.isIdle()) {
            throw new IllegalStateException("the instance is running");
        }
        try {
            return new SnapshotWriter(instance).write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] write() throws IOException {
        state();
        ByteArrayOutputStream state = bytes;
        ByteArrayOutputStream heads = begin();
        ByteArrayOutputStream contents = begin();
        // Contents lead to more objects.
        for (int i = 0; i < found.size(); i++) {
            begin(heads);
            head(found.get(i));
            begin(contents);
            contents(found.get(i));
        }
        ByteArrayOutputStream all = begin();
        out.writeInt(Format.MAGIC);
        out.writeInt(Format.VERSION);
        out.write(Format.hash(module));
        out.writeInt(found.size());
        heads.writeTo(all);
        contents.writeTo(all);
        state.writeTo(all);
        CRC32 checksum = new CRC32();
        checksum.update(all.toByteArray());
        out.writeInt((int) checksum.getValue());
        return all.toByteArray();
    }

    private ByteArrayOutputStream begin() {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        begin(part);
        return part;
    }

    private void begin(ByteArrayOutputStream part) {
        bytes = part;
        out = new DataOutputStream(part);
    }

    private void state() throws IOException {
        out.writeLong(instance.meter.fuel());
        for (int i = module.importedMemories(); i < instance.memories.length; i++) {
            memory(instance.memories[i]);
        }
        for (int i = module.importedGlobals(); i < instance.globals.length; i++) {
            Global global = instance.globals[i];
            out.writeLong(global.bits());
            out.writeLong(global.high());
            reference(global.reference());
        }
        for (int i = module.importedTables(); i < instance.tables.length; i++) {
            Table table = instance.tables[i];
            references(table.array());
        }
        for (Object[] segment : instance.elements) {
            references(segment);
        }
        for (byte[] segment : instance.data) {
            out.writeBoolean(segment.length != 0);
        }
        run(instance.meter.suspension());
    }

    /** Size in pages, then runs: zeros to pass over, bytes that follow. */
    private void memory(Memory memory) throws IOException {
        out.writeLong(memory.pages());
        byte[] array = memory.array();
        int size = (int) memory.size();
        int at = 0;
        while (at < size) {
            int start = at;
            while (start < size && array[start] == 0) {
                start++;
            }
            int end = start;
            for (int zeros = 0; end + zeros < size && zeros < GAP; ) {
                if (array[end + zeros] == 0) {
                    zeros++;
                } else {
                    end += zeros + 1;
                    zeros = 0;
                }
            }
            out.writeInt(start - at);
            out.writeInt(end - start);
            out.write(array, start, end - start);
            at = end;
        }
    }

    private void run(Suspension suspension) throws IOException {
        FunctionInstance root = suspension.root();
        out.writeBoolean(root != null);
        if (root == null) {
            return;
        }
        out.writeInt(function(root));
        out.writeInt(suspension.waiting() == null ? Module.NONE : function(suspension.waiting()));
        List<Suspension.Saved> frames;
        try {
            frames = suspension.save();
        } catch (IllegalStateException e) {
            throw new SnapshotException(e.getMessage());
        }
        out.writeInt(frames.size());
        for (Suspension.Saved frame : frames) {
            out.writeInt(frame.position());
            int used = frame.slots().length;
            while (used > 0 && frame.slots()[used - 1] == 0) {
                used--;
            }
            out.writeInt(frame.slots().length);
            out.writeInt(used);
            for (int i = 0; i < used; i++) {
                out.writeLong(frame.slots()[i]);
            }
            references(frame.references());
        }
    }

    // ---- references

    private void references(Object[] references) throws IOException {
        out.writeInt(references.length);
        for (Object reference : references) {
            reference(reference);
        }
    }

    private void reference(Object reference) throws IOException {
        if (reference == null) {
            out.writeByte(Format.NULL);
        } else if (reference instanceof FunctionInstance function) {
            out.writeByte(Format.FUNCTION);
            out.writeInt(function(function));
        } else if (reference instanceof I31 scalar) {
            out.writeByte(Format.I31);
            out.writeInt(scalar.value());
        } else if (reference instanceof HeapObject || reference instanceof WasmException) {
            out.writeByte(reference instanceof HeapObject ? Format.OBJECT : Format.EXCEPTION);
            Integer number = objects.get(reference);
            if (number == null) {
                number = found.size();
                objects.put(reference, number);
                found.add(reference);
            }
            out.writeInt(number);
        } else {
            throw new SnapshotException("the instance holds a reference of the host: " + reference.getClass().getName());
        }
    }

    private int function(FunctionInstance function) {
        for (int i = 0; i < instance.functions.length; i++) {
            if (instance.functions[i] == function) {
                return i;
            }
        }
        throw new SnapshotException("the instance refers to a function that is neither its own nor imported");
    }

    /** What is needed to make an object: the index of its type, and its length if it is an array; or of its tag, inverted. */
    private void head(Object object) throws IOException {
        if (object instanceof WasmException e) {
            int tag = 0;
            while (tag < instance.tags.length && instance.tags[tag] != e.tag()) {
                tag++;
            }
            if (tag == instance.tags.length) {
                throw new SnapshotException("the instance holds an exception with a foreign tag");
            }
            out.writeInt(~tag);
            out.writeInt(e.slots().length);
            out.writeBoolean(e.references() != null);
            return;
        }
        int type = 0;
        while (type < module.types().count() && module.types().defined(type) != ((HeapObject) object).type()) {
            type++;
        }
        if (type == module.types().count()) {
            throw new SnapshotException("the instance holds an object of a type that its module does not define");
        }
        out.writeInt(type);
        if (object instanceof ArrayInstance array) {
            out.writeInt(array.length());
        }
    }

    private void contents(Object object) throws IOException {
        if (object instanceof WasmException e) {
            longs(e.slots());
            if (e.references() != null) {
                references(e.references());
            }
        } else if (object instanceof StructInstance struct) {
            longs(struct.numbers());
            references(struct.references());
        } else {
            elements(((ArrayInstance) object).elements());
        }
    }

    private void elements(Object elements) throws IOException {
        if (elements instanceof byte[] values) {
            out.write(values);
        } else if (elements instanceof short[] values) {
            for (short value : values) {
                out.writeShort(value);
            }
        } else if (elements instanceof int[] values) {
            for (int value : values) {
                out.writeInt(value);
            }
        } else if (elements instanceof long[] values) {
            longs(values);
        } else {
            references((Object[]) elements);
        }
    }

    private void longs(long[] values) throws IOException {
        for (long value : values) {
            out.writeLong(value);
        }
    }
}
