package dev.thimble.hal.board;

/** A PWM channel. Results are OK or an {@link Errno}. */
public interface PwmChannel extends AutoCloseable {
    /**
     * Sets period and duty together; takes effect at once when enabled.
     *
     * @param periodNanos greater than 0
     * @param dutyNanos 0–{@code periodNanos}
     * @return INVALID outside these ranges or outside what the hardware can make
     */
    int set(long periodNanos, long dutyNanos);

    /** Starts or stops the output; INVALID before the first {@link #set}. */
    int enable(boolean on);

    /** Stops the output and releases the channel. */
    @Override
    void close();
}
