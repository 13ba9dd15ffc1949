package dev.thimble.hal.board;

/** Receives edges of one line, in order. Called on the backend's event thread: must not block, throw or allocate. */
public interface EdgeListener {
    /**
     * @param edge {@link GpioLine#RISING} or {@link GpioLine#FALLING}, logical
     * @param nanos when it happened, on the board's {@link Clock#nanos}
     */
    void edge(int edge, long nanos);

    /** Edges were lost before the next one: the kernel's buffer was full. */
    void lost(int count);
}
