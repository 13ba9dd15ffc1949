package dev.thimble.wasm.api;

import java.util.Arrays;
import java.util.Objects;

/**
 * A table of references (spec 3.0, "Table Instances"). A null reference is {@code null}; a function is an object
 * that only the engine can make, and anything may stand in a table of {@code externref}. Not thread-safe.
 */
public final class Table {
    /** Calls through the table ask for it, so it is made anew only when the table has grown. */
    private TableType type;
    private final int limit;
    private Object[] elements;

    /**
     * Makes a table of the type's minimum size.
     *
     * @param initial     what every element holds at first
     * @param maxElements what the embedder allows it to grow to
     * @throws IllegalArgumentException when the minimum is more than allowed
     */
    public Table(TableType type, Object initial, int maxElements) {
        this.type = Objects.requireNonNull(type);
        if (Long.compareUnsigned(type.minimum(), maxElements) > 0) {
            throw new IllegalArgumentException("table of " + Long.toUnsignedString(type.minimum())
                    + " elements is larger than the allowed " + maxElements);
        }
        limit = type.maximum() == MemoryType.UNBOUNDED || Long.compareUnsigned(type.maximum(), maxElements) > 0
                ? maxElements : (int) type.maximum();
        elements = new Object[(int) type.minimum()];
        if (initial != null) {
            Arrays.fill(elements, initial);
        }
    }

    /** The type, with the present size as minimum, as importing modules see it. */
    public TableType type() {
        return type;
    }

    /** Number of elements. */
    public int size() {
        return elements.length;
    }

    /** @throws IndexOutOfBoundsException when there is no element {@code index} */
    public Object get(int index) {
        return elements[index];
    }

    /**
     * Sets an element. The caller answers for the reference's type.
     *
     * @throws IndexOutOfBoundsException when there is no element {@code index}
     */
    public void set(int index, Object reference) {
        elements[index] = reference;
    }

    /**
     * Grows by {@code delta} elements (unsigned), each {@code initial}.
     *
     * @return the size before, or −1 when the maximum, the embedder's limit or the host's heap stands against it
     */
    public int grow(long delta, Object initial) {
        return grow(delta, initial, () -> { });
    }

    /**
     * As {@link #grow(long, Object)}; {@code between} runs now and then while the elements are copied, and may throw, which leaves the
     * table as it was.
     */
    public int grow(long delta, Object initial, Runnable between) {
        int before = elements.length;
        if (delta < 0 || delta > limit - before) {
            return -1;
        }
        Object[] larger;
        try {
            larger = new Object[before + (int) delta];
        } catch (OutOfMemoryError e) {
            return -1;
        }
        Bulk.copy(elements, 0, larger, 0, before, between);
        if (initial != null) {
            Bulk.fill(larger, before, (int) delta, initial, between);
        }
        elements = larger;
        type = new TableType(type.element(), type.table64(), larger.length, type.maximum());
        return before;
    }

    /** The elements themselves. Growth replaces the array. */
    public Object[] array() {
        return elements;
    }
}
