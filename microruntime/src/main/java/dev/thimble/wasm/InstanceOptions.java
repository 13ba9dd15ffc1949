package dev.thimble.wasm;

/**
 * What one instance may use, within its module's {@link dev.thimble.wasm.api.Limits}.
 *
 * @param maxMemoryBytes what each of its own memories may grow to, in bytes
 * @param maxTableElements what each of its own tables may grow to
 * @param fuel           units of work before it traps or is suspended: one for each instruction that runs, and one more for each
 *                       64 bytes or elements of a bulk operation; the start function is metered too
 * @param maxCallDepth   calls inside each other before it traps. One level takes up to about 1 KiB of the thread's
 *                       stack while the code is cold, so give deeper limits a thread with a larger stack
 * @param attachment     what {@code HostCall.attachment} hands to host functions, or null
 */
public record InstanceOptions(long maxMemoryBytes, int maxTableElements, long fuel, int maxCallDepth,
                              Object attachment) {
    /** Unlimited fuel, 10 M table elements, memory up to what an array can hold, calls 1,000 deep. */
    public static final InstanceOptions DEFAULT =
            new InstanceOptions(Integer.MAX_VALUE - 8L, 10_000_000, Long.MAX_VALUE, 1_000, null);

    public InstanceOptions withMaxMemoryBytes(long bytes) {
        return new InstanceOptions(bytes, maxTableElements, fuel, maxCallDepth, attachment);
    }

    public InstanceOptions withFuel(long units) {
        return new InstanceOptions(maxMemoryBytes, maxTableElements, units, maxCallDepth, attachment);
    }

    public InstanceOptions withMaxCallDepth(int calls) {
        return new InstanceOptions(maxMemoryBytes, maxTableElements, fuel, calls, attachment);
    }

    public InstanceOptions withAttachment(Object object) {
        return new InstanceOptions(maxMemoryBytes, maxTableElements, fuel, maxCallDepth, object);
    }
}
