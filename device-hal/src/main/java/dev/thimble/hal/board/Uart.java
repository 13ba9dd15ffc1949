package dev.thimble.hal.board;

/** A serial port. Never blocks. */
public interface Uart extends AutoCloseable {
    /** Queues bytes for sending. @return how many were taken, 0 when the buffer is full, or an {@link Errno} */
    int write(byte[] from, int offset, int length);

    /** Takes received bytes. @return how many, 0 when there are none, OVERRUN once after bytes were lost, or an Errno */
    int read(byte[] into, int offset, int length);

    /** How many received bytes wait, or an {@link Errno}. */
    int available();

    /**
     * Reports once each time when bytes become available after a read emptied the buffer; null ends it.
     * The listener is called on the backend's event thread: it must not block, throw or allocate.
     */
    int watch(Listener listener);

    @Override
    void close();

    interface Listener {
        /** @param available bytes waiting, at least 1 */
        void received(int available, long nanos);
    }
}
