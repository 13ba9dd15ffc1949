package dev.thimble.wasm.execute;

import java.util.Arrays;

/**
 * What a function does on entry.
 *
 * @param size       slots that it needs
 * @param firstZero  the first slot of a local that is no parameter
 * @param endZero    the end of these
 * @param references whether it has slots for references
 * @param cost       units of fuel
 * @param offset     in the binary, of the body
 */
public record Entry(int size, int firstZero, int endZero, boolean references, int cost, int offset) {
    /** For what has been entered before. */
    static final Entry NONE = new Entry(0, 0, 0, false, 0, 0);

    void run(Frame f) {
        if (cost != 0 && f.meter.take(cost)) {
            refuel(f);
        }
        prepare(f);
    }

    private void prepare(Frame f) {
        f.ensureSlots(size);
        Arrays.fill(f.slots, firstZero, endZero, 0);
        if (references) {
            prepareReferences(f);
        }
    }

    void prepareReferences(Frame f) {
        f.ensureReferences(size);
        Arrays.fill(f.references, firstZero, endZero, null);
    }

    /** Goes on with the next slice of fuel, or leaves the frame as one that is suspended at the entry. */
    void refuel(Frame f) {
        try {
            f.meter.nextSlice();
        } catch (RuntimeException e) {
            prepare(f);
            throw f.fault(e, offset);
        }
    }
}
