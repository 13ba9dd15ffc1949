package dev.thimble.wasm.api;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A linear memory: little-endian bytes, addressed from 0, that only grows (spec 3.0, "Memory Instances").
 *
 * <p>Addresses are byte offsets. An access outside throws {@link IndexOutOfBoundsException}; a host function that
 * lets it pass makes its caller trap with {@link Trap.Kind#MEMORY_OUT_OF_BOUNDS}. Nothing here allocates except
 * growth. Not thread-safe, unless the type is shared: then every write takes this object's monitor, so that none is lost in
 * an array that another thread's growth is replacing.
 */
public final class Memory {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);
    /** The largest array that every JVM can make. */
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    private final MemoryType type;
    private final long limit;
    private byte[] array;
    private volatile int sharedSize;

    /**
     * Makes a memory of the type's minimum size, zeroed.
     *
     * @param maxBytes what the embedder allows it to grow to; the type's own maximum holds besides
     * @throws IllegalArgumentException when the minimum is more than allowed
     */
    public Memory(MemoryType type, long maxBytes) {
        this.type = Objects.requireNonNull(type);
        long allowed = Math.min(maxBytes, LARGEST) >>> type.pageSizeLog2();
        limit = type.maximum() == MemoryType.UNBOUNDED || type.maximum() > allowed ? allowed : type.maximum();
        if (Long.compareUnsigned(type.minimum(), allowed) > 0) {
            throw new IllegalArgumentException("memory of " + Long.toUnsignedString(type.minimum())
                    + " pages is larger than the allowed " + allowed + " pages");
        }
        int bytes = (int) (type.minimum() << type.pageSizeLog2());
        array = new byte[bytes];
        sharedSize = bytes;
    }

    /** A memory without an embedder's limit. */
    public Memory(MemoryType type) {
        this(type, LARGEST);
    }

    /** The type, with the present size as minimum, as importing modules see it. */
    public MemoryType type() {
        return new MemoryType(type.memory64(), pages(), type.maximum(), type.shared(), type.pageSizeLog2());
    }

    /** Size in bytes. */
    public long size() {
        return type.shared() ? sharedSize : array.length;
    }

    /** Size in pages. */
    public long pages() {
        return size() >>> type.pageSizeLog2();
    }

    /**
     * Grows by {@code delta} pages of zeros (unsigned).
     *
     * @return the size before, in pages, or −1 when the maximum or the embedder's limit stands against it
     */
    public long grow(long delta) {
        return grow(delta, () -> { });
    }

    /** As {@link #grow(long)}; {@code between} runs now and then while the bytes are copied, and may throw, which leaves the memory as it was. */
    public synchronized long grow(long delta, Runnable between) {
        long before = pages();
        if (delta < 0 || delta > limit - before) {
            return -1;
        }
        int bytes = (int) (before + delta << type.pageSizeLog2());
        if (delta != 0) {
            try {
                byte[] larger = new byte[bytes];
                Bulk.copy(array, 0, larger, 0, array.length, between);
                array = larger;
            } catch (OutOfMemoryError e) {
                return -1;
            }
            // After the array: who sees this size sees an array of at least this length.
            sharedSize = bytes;
        }
        return before;
    }

    /**
     * The bytes themselves, for host code that wants no copy. Growth replaces the array, so ask again after each
     * call into the module. What is written to it directly while another thread grows a shared memory may be lost.
     */
    public byte[] array() {
        return array;
    }

    /** Whether {@code length} bytes from {@code at} (both taken as unsigned 32-bit) lie inside. */
    public boolean spans(int at, int length) {
        return Integer.toUnsignedLong(at) + Integer.toUnsignedLong(length) <= size();
    }

    /** The byte at {@code at}, −128 … 127. */
    public int getByte(int at) {
        return array[check(at, 1)];
    }

    public void putByte(int at, int value) {
        putBits(at, value, 1);
    }

    /** The 16 bits at {@code at}, sign-extended. */
    public int getShort(int at) {
        return (short) SHORT.get(array, check(at, 2));
    }

    public void putShort(int at, int value) {
        putBits(at, value, 2);
    }

    public int getInt(int at) {
        return (int) INT.get(array, check(at, 4));
    }

    public void putInt(int at, int value) {
        putBits(at, value, 4);
    }

    public long getLong(int at) {
        return (long) LONG.get(array, check(at, 8));
    }

    public void putLong(int at, long value) {
        putBits(at, value, 8);
    }

    private void putBits(int at, long value, int bytes) {
        int from = check(at, bytes);
        if (type.shared()) {
            synchronized (this) {
                set(from, value, bytes);
            }
        } else {
            set(from, value, bytes);
        }
    }

    private void set(int at, long value, int bytes) {
        switch (bytes) {
            case 1 -> array[at] = (byte) value;
            case 2 -> SHORT.set(array, at, (short) value);
            case 4 -> INT.set(array, at, (int) value);
            default -> LONG.set(array, at, value);
        }
    }

    /** Copies memory to {@code target}. */
    public void read(int at, byte[] target, int offset, int length) {
        System.arraycopy(array, check(at, length), target, offset, length);
    }

    /** Copies {@code source} to memory. */
    public void write(int at, byte[] source, int offset, int length) {
        int to = check(at, length);
        if (type.shared()) {
            synchronized (this) {
                System.arraycopy(source, offset, array, to, length);
            }
        } else {
            System.arraycopy(source, offset, array, to, length);
        }
    }

    /** Whether several threads may use it, so that writes must hold the monitor. */
    public boolean isShared() {
        return type.shared();
    }

    private int check(int at, int length) {
        if (!spans(at, length)) {
            throw new IndexOutOfBoundsException("out of bounds memory access: " + Integer.toUnsignedString(length)
                    + " bytes at " + Integer.toUnsignedString(at) + " in a memory of " + size() + " bytes");
        }
        return at;
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }
}
