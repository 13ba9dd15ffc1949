package dev.thimble.wasm.api;

import java.util.Objects;

/**
 * A global variable (spec 3.0, "Global Instances"): numbers as raw bits, v128 as two halves, or a reference.
 * Not thread-safe.
 */
public final class Global {
    private final GlobalType type;
    private long bits;
    private long high;
    private Object reference;

    /**
     * A global holding a number.
     *
     * @param bits the value: i32 in the low half, floats by their IEEE bits, the low half of a v128
     */
    public Global(GlobalType type, long bits) {
        this(type, bits, 0, null);
    }

    /** A global holding a reference (null for the null reference). */
    public Global(GlobalType type, Object reference) {
        this(type, 0, 0, reference);
    }

    /** A global holding whichever of the three its type asks for. */
    public Global(GlobalType type, long bits, long high, Object reference) {
        this.type = Objects.requireNonNull(type);
        this.bits = bits;
        this.high = high;
        this.reference = reference;
    }

    public GlobalType type() {
        return type;
    }

    /** The number's raw bits; the low half of a v128. */
    public long bits() {
        return bits;
    }

    /** The high half of a v128. */
    public long high() {
        return high;
    }

    public Object reference() {
        return reference;
    }

    /** @throws IllegalStateException when the global is immutable */
    public void bits(long value) {
        mustBeMutable();
        bits = value;
    }

    /** @throws IllegalStateException when the global is immutable */
    public void v128(long low, long highHalf) {
        mustBeMutable();
        bits = low;
        high = highHalf;
    }

    /**
     * Sets a reference. The caller answers for its type.
     *
     * @throws IllegalStateException when the global is immutable
     */
    public void reference(Object value) {
        mustBeMutable();
        reference = value;
    }

    private void mustBeMutable() {
        if (!type.mutable()) {
            throw new IllegalStateException("the global is immutable");
        }
    }
}
