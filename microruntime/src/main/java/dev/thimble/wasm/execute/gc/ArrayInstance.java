package dev.thimble.wasm.execute.gc;

import dev.thimble.wasm.api.ArrayType;
import dev.thimble.wasm.api.Bulk;
import dev.thimble.wasm.api.DefinedType;
import dev.thimble.wasm.api.Trap;
import java.util.Arrays;

/**
 * An array (spec 3.0, "Array Instances") over the Java array that fits its elements: bytes, shorts, ints, longs (two
 * for a v128) or references. Indices and lengths are unsigned 32-bit; every range is checked whole before anything is
 * written.
 */
public final class ArrayInstance extends HeapObject {
    private final Storage storage;
    private final Object elements;

    /** @throws Trap when the heap has no room for {@code length} elements */
    public ArrayInstance(DefinedType type, int length) {
        super(type);
        storage = storage(type);
        try {
            elements = switch (storage) {
                case I8 -> new byte[length(length, 1)];
                case I16 -> new short[length(length, 1)];
                case BITS32 -> new int[length(length, 1)];
                case BITS64 -> new long[length(length, 1)];
                case BITS128 -> new long[length(length, 2)];
                case REFERENCE -> new Object[length(length, 1)];
            };
        } catch (OutOfMemoryError e) {
            throw new Trap(Trap.Kind.OUT_OF_MEMORY, Trap.UNKNOWN);
        }
    }

    private static int length(int length, int each) {
        if (Integer.compareUnsigned(length, (Integer.MAX_VALUE - 8) / each) > 0) {
            throw new Trap(Trap.Kind.OUT_OF_MEMORY, Trap.UNKNOWN);
        }
        return length * each;
    }

    /** The Java array that holds the elements. */
    public Object elements() {
        return elements;
    }

    /** Number of elements. */
    public int length() {
        return switch (storage) {
            case I8 -> ((byte[]) elements).length;
            case I16 -> ((short[]) elements).length;
            case BITS32 -> ((int[]) elements).length;
            case BITS64 -> ((long[]) elements).length;
            case BITS128 -> ((long[]) elements).length / 2;
            case REFERENCE -> ((Object[]) elements).length;
        };
    }

    /** Slots that one element of an array type takes in a frame. */
    static int slots(DefinedType type) {
        return storage(type).slots();
    }

    private static Storage storage(DefinedType type) {
        return Storage.of(((ArrayType) type.composite()).element());
    }

    /** An element that is a number but no vector. */
    long number(Storage elementStorage, int index, boolean signed) {
        check(index, 1);
        return switch (elementStorage) {
            case I8 -> signed ? ((byte[]) elements)[index] : ((byte[]) elements)[index] & 0xFF;
            case I16 -> signed ? ((short[]) elements)[index] : ((short[]) elements)[index] & 0xFFFF;
            case BITS32 -> ((int[]) elements)[index];
            default -> ((long[]) elements)[index];
        };
    }

    void number(Storage elementStorage, int index, long value) {
        check(index, 1);
        switch (elementStorage) {
            case I8 -> ((byte[]) elements)[index] = (byte) value;
            case I16 -> ((short[]) elements)[index] = (short) value;
            case BITS32 -> ((int[]) elements)[index] = (int) value;
            default -> ((long[]) elements)[index] = value;
        }
    }

    Object reference(int index) {
        check(index, 1);
        return ((Object[]) elements)[index];
    }

    void reference(int index, Object value) {
        check(index, 1);
        ((Object[]) elements)[index] = value;
    }

    /** Reads a vector to slots d and d + 1. */
    void vector(int index, long[] s, int d) {
        check(index, 1);
        System.arraycopy(elements, 2 * index, s, d, 2);
    }

    /** Writes an element of any kind from slot a. */
    void set(int index, long[] s, Object[] r, int a) {
        switch (storage) {
            case BITS128 -> {
                check(index, 1);
                System.arraycopy(s, a, elements, 2 * index, 2);
            }
            case REFERENCE -> reference(index, r[a]);
            default -> number(storage, index, s[a]);
        }
    }

    /** Writes {@code count} elements from {@code at}, each from slot a; {@code between} runs now and then and may throw, as below. */
    void fill(int at, int count, long[] s, Object[] r, int a, Runnable between) {
        check(at, count);
        int from = at;
        for (; at + count - from > Bulk.PIECE; from += Bulk.PIECE) {
            fill(from, from + Bulk.PIECE, s, r, a);
            between.run();
        }
        fill(from, at + count, s, r, a);
    }

    private void fill(int at, int end, long[] s, Object[] r, int a) {
        switch (storage) {
            case I8 -> Arrays.fill((byte[]) elements, at, end, (byte) s[a]);
            case I16 -> Arrays.fill((short[]) elements, at, end, (short) s[a]);
            case BITS32 -> Arrays.fill((int[]) elements, at, end, (int) s[a]);
            case BITS64 -> Arrays.fill((long[]) elements, at, end, s[a]);
            case BITS128 -> {
                for (int i = at; i < end; i++) {
                    set(i, s, r, a);
                }
            }
            case REFERENCE -> Arrays.fill((Object[]) elements, at, end, r[a]);
        }
    }

    /** Copies {@code count} elements of an array of the same storage, which may be this one. */
    void copy(int at, ArrayInstance source, int from, int count, Runnable between) {
        check(at, count);
        source.check(from, count);
        int each = storage.slots();
        Bulk.copy(source.elements, each * from, elements, each * at, each * count, between);
    }

    /** An array of {@code count} numbers from a data segment. */
    static ArrayInstance of(DefinedType type, byte[] data, int from, int count, Runnable between) {
        checkData(storage(type), data, from, count);
        ArrayInstance array = new ArrayInstance(type, count);
        array.init(0, data, from, count, between);
        return array;
    }

    /** An array of {@code count} references from an element segment. */
    static ArrayInstance of(DefinedType type, Object[] segment, int from, int count, Runnable between) {
        checkSegment(segment, from, count);
        ArrayInstance array = new ArrayInstance(type, count);
        array.init(0, segment, from, count, between);
        return array;
    }

    /** Copies {@code count} numbers from a data segment, little-endian. */
    void init(int at, byte[] data, int from, int count, Runnable between) {
        check(at, count);
        checkData(storage, data, from, count);
        if (storage == Storage.I8) {
            Bulk.copy(data, from, elements, at, count, between);
            return;
        }
        for (int i = 0; i < count; i++) {
            if (i % Bulk.PIECE == Bulk.PIECE - 1) {
                between.run();
            }
            int source = from + i * storage.bytes;
            switch (storage) {
                case I16 -> ((short[]) elements)[at + i] = (short) number(data, source, 2);
                case BITS32 -> ((int[]) elements)[at + i] = (int) number(data, source, 4);
                case BITS64 -> ((long[]) elements)[at + i] = number(data, source, 8);
                default -> {
                    ((long[]) elements)[2 * (at + i)] = number(data, source, 8);
                    ((long[]) elements)[2 * (at + i) + 1] = number(data, source + 8, 8);
                }
            }
        }
    }

    private static long number(byte[] data, int from, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | data[from + i] & 0xFF;
        }
        return value;
    }

    /** Copies {@code count} references from an element segment. */
    void init(int at, Object[] segment, int from, int count, Runnable between) {
        check(at, count);
        checkSegment(segment, from, count);
        Bulk.copy(segment, from, elements, at, count, between);
    }

    private static void checkData(Storage storage, byte[] data, int from, int count) {
        if (Integer.toUnsignedLong(from) + Integer.toUnsignedLong(count) * storage.bytes > data.length) {
            throw new Trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, Trap.UNKNOWN);
        }
    }

    private static void checkSegment(Object[] segment, int from, int count) {
        if (Integer.toUnsignedLong(from) + Integer.toUnsignedLong(count) > segment.length) {
            throw new Trap(Trap.Kind.TABLE_OUT_OF_BOUNDS, Trap.UNKNOWN);
        }
    }

    private void check(int at, int count) {
        if (Integer.toUnsignedLong(at) + Integer.toUnsignedLong(count) > length()) {
            throw new Trap(Trap.Kind.ARRAY_OUT_OF_BOUNDS, Trap.UNKNOWN);
        }
    }
}
