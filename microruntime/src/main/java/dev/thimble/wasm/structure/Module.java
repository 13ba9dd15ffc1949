package dev.thimble.wasm.structure;

import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.MemoryType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.InflaterInputStream;

/**
 * A decoded module (spec 3.0, "Modules"). Index spaces hold imports first. Filled by {@link ModuleBuilder} as the
 * bytes arrive; complete and immutable, hence thread-safe, once decoding has finished.
 */
public final class Module {
    /** An offset or index that is absent. */
    public static final int NONE = -1;
    /** A longer binary would take tens of milliseconds on a small board. */
    private static final int LONGEST_DEFLATED = 128 << 10;

    final TypeSpace types = new TypeSpace();
    final ModuleBuilder.Lists lists = new ModuleBuilder.Lists();
    /** Or null once it is kept deflated. */
    volatile byte[] binary = new byte[0];
    private byte[] deflated;
    private SoftReference<byte[]> inflated;
    int[] functionTypes = new int[0];
    int functionCount;
    int importedFunctions;
    int importedTables;
    int importedMemories;
    int importedGlobals;
    int importedTags;
    int[] bodyStarts = new int[0];
    int[] bodyEnds = new int[0];
    int bodyCount;
    int start = NONE;
    int dataCount = NONE;

    Module() {
    }

    /** The whole binary; every offset of this package is a position in it. Not to be changed. */
    public byte[] binary() {
        byte[] all = binary;
        return all == null ? inflate() : all;
    }

    private synchronized byte[] inflate() {
        byte[] all = inflated.get();
        if (all == null) {
            try {
                var in = new InflaterInputStream(new ByteArrayInputStream(deflated));
                all = in.readAllBytes();
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            inflated = new SoftReference<>(all);
        }
        return all;
    }

    /**
     * Keeps the binary deflated from now on, if that is worth while, and whole only as long as there is room. For when its code has been
     * translated, and is needed to be read again only now and then.
     *
     * @return bytes of heap that this spares
     */
    public synchronized int deflate() {
        byte[] all = binary;
        if (all == null || all.length > LONGEST_DEFLATED) {
            return 0;
        }
        var packed = new byte[all.length];
        var deflater = new Deflater();
        deflater.setInput(all);
        deflater.finish();
        int packedLength = deflater.deflate(packed);
        deflater.end();
        if (packedLength == packed.length) {
            return 0;
        }
        deflated = Arrays.copyOf(packed, packedLength);
        inflated = new SoftReference<>(null);
        // Once now, so that the JVM has the classes for it: where the heap ends it could not initialise them, now or ever.
        inflate();
        binary = null;
        return all.length - packedLength;
    }

    public TypeSpace types() {
        return types;
    }

    public List<Import> imports() {
        return Collections.unmodifiableList(lists.imports);
    }

    public List<Export> exports() {
        return Collections.unmodifiableList(lists.exports);
    }

    public List<TableDefinition> tables() {
        return Collections.unmodifiableList(lists.tables);
    }

    public List<MemoryType> memories() {
        return Collections.unmodifiableList(lists.memories);
    }

    public List<GlobalDefinition> globals() {
        return Collections.unmodifiableList(lists.globals);
    }

    /** For each tag, the index of its function type. */
    public List<Integer> tags() {
        return Collections.unmodifiableList(lists.tags);
    }

    public List<ElementSegment> elements() {
        return Collections.unmodifiableList(lists.elements);
    }

    public List<DataSegment> data() {
        return Collections.unmodifiableList(lists.data);
    }

    /** Functions, imported ones included. */
    public int functionCount() {
        return functionCount;
    }

    public int importedFunctions() {
        return importedFunctions;
    }

    public int importedTables() {
        return importedTables;
    }

    public int importedMemories() {
        return importedMemories;
    }

    public int importedGlobals() {
        return importedGlobals;
    }

    public int importedTags() {
        return importedTags;
    }

    /** Index of a function's type. */
    public int functionType(int function) {
        return functionTypes[function];
    }

    public FunctionType functionSignature(int function) {
        return types.function(functionTypes[function]);
    }

    /** Bodies decoded so far; all of them once decoding has finished. */
    public int bodyCount() {
        return bodyCount;
    }

    /** Offset of a function's locals, which its instructions follow; the function must not be imported. */
    public int bodyStart(int function) {
        return bodyStarts[function - importedFunctions];
    }

    /** Offset behind a function's final {@code end}. */
    public int bodyEnd(int function) {
        return bodyEnds[function - importedFunctions];
    }

    /** Index of the function whose body contains an offset, or {@link #NONE}. */
    public int functionAt(int offset) {
        int low = importedFunctions;
        int high = functionCount - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (offset < bodyStart(middle)) {
                high = middle - 1;
            } else if (offset >= bodyEnd(middle)) {
                low = middle + 1;
            } else {
                return middle;
            }
        }
        return NONE;
    }

    /** Index of the start function, or {@link #NONE}. */
    public int start() {
        return start;
    }

    /** What the data count section announces, or {@link #NONE} without one. */
    public int dataCount() {
        return dataCount;
    }
}
