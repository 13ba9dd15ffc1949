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

    /** Makes room, and zeroes locals. */
    void prepare(Frame f) {
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

    /**
     * Runs a function for which the rest of the slice was not enough, or leaves the frame as one that is suspended at the entry. A
     * body returns what this returns: if it went on after this call, compiled code would have to load the frame again.
     */
    int again(Frame f, FunctionBody body) {
        try {
            f.meter.nextSlice();
        } catch (RuntimeException e) {
            prepare(f);
            throw f.fault(e, offset);
        }
        f.meter.giveBack(cost);
        return body.run(f);
    }
}
