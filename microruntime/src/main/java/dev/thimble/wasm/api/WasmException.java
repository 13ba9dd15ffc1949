package dev.thimble.wasm.api;

import java.util.Objects;

/**
 * An exception that a module threw and no module caught (spec 3.0, "Exception Instances"). A host function may throw
 * one into its caller. It has no Java stack trace.
 */
public final class WasmException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Tag tag;
    private final transient long[] slots;
    private final transient Object[] references;
    private final transient StackTrace trace = new StackTrace();
    private int passing;

    /**
     * @param slots      the carried numbers as raw bits, one slot for each value and two for v128
     * @param references the carried references at the same indices, or null when there are none
     */
    public WasmException(Tag tag, long[] slots, Object[] references) {
        super("uncaught exception", null, false, false);
        this.tag = Objects.requireNonNull(tag);
        this.slots = slots;
        this.references = references;
    }

    public Tag tag() {
        return tag;
    }

    /** The functions that were running when it was first thrown, as far as it has unwound. */
    public StackTrace trace() {
        return trace;
    }

    /** The carried values' raw bits. Not to be changed. */
    public long[] slots() {
        return slots;
    }

    /** The carried references, or null. Not to be changed. */
    public Object[] references() {
        return references;
    }

    /** For the engine: lets the next {@code tries} legacy handlers pass it on. */
    public void delegate(int tries) {
        passing = tries;
    }

    /** For the engine: whether this handler must pass it on; counts down. */
    public boolean delegated() {
        return passing > 0 && passing-- > 0;
    }
}
