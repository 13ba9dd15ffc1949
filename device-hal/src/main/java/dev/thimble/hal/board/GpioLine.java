package dev.thimble.hal.board;

/** A requested GPIO line. Levels are logical (see {@link LineRequest}). Used from one thread; edges arrive on another. */
public interface GpioLine extends AutoCloseable {
    int RISING = 1;
    int FALLING = 2;

    /** Name of the line in the board file. */
    String name();

    /** The level, 0 or 1; for outputs the level at the pin, which for open drain may differ from what was written. */
    int read();

    /** Drives an output to 0 or 1; INVALID for inputs. */
    int write(int level);

    /**
     * Changes mode, bias and polarity in place, without releasing the line. An output that stays an output
     * does not glitch: it goes straight to the new initial level.
     *
     * @param request must name this line
     */
    int reconfigure(LineRequest request);

    /**
     * Reports edges to the listener from now on. Calling it again replaces edges, debounce and listener.
     *
     * @param edges {@link #RISING}, {@link #FALLING} or both
     * @param debounceMicros 0 for none; a level counts when it has been stable for so long
     * @return OK, or INVALID for outputs and bad arguments
     */
    int watch(int edges, long debounceMicros, EdgeListener listener);

    /** Stops reporting edges. Events already on their way may still arrive. */
    int unwatch();

    /** Releases the line. The level of an output afterwards is up to the hardware; further calls return CLOSED. */
    @Override
    void close();
}
