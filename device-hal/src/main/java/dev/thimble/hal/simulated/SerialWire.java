package dev.thimble.hal.simulated;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.Uart;
import dev.thimble.hal.simulated.chip.SimulatedTime;

/** The far end of a simulated UART: takes what the board sends and sends what the board receives. Thread-safe. */
public final class SerialWire {
    /** As the Linux tty layer buffers. */
    static final int CAPACITY = 4096;

    private final SimulatedTime time;
    private final Fifo toBoard = new Fifo();
    private final Fifo fromBoard = new Fifo();
    private boolean overrun;
    private Uart.Listener listener;

    SerialWire(SimulatedTime time) {
        this.time = time;
    }

    /** Sends bytes to the board. What does not fit into its buffer is lost, and its next read says OVERRUN. */
    public synchronized void send(byte[] bytes) {
        boolean wasEmpty = toBoard.size == 0;
        int taken = toBoard.put(bytes, 0, bytes.length);
        overrun |= taken < bytes.length;
        if (wasEmpty && taken > 0 && listener != null) {
            listener.received(toBoard.size, time.nanos());
        }
    }

    /** Takes everything that the board has sent since the last call. */
    public synchronized byte[] received() {
        byte[] bytes = new byte[fromBoard.size];
        fromBoard.take(bytes, 0, bytes.length);
        return bytes;
    }

    Uart open(Runnable released) {
        return new Uart() {
            private boolean open = true;

            @Override
            public int write(byte[] from, int offset, int length) {
                synchronized (SerialWire.this) {
                    return open ? fromBoard.put(from, offset, length) : Errno.CLOSED;
                }
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                synchronized (SerialWire.this) {
                    if (!open) {
                        return Errno.CLOSED;
                    }
                    if (overrun) {
                        overrun = false;
                        return Errno.OVERRUN;
                    }
                    return toBoard.take(into, offset, length);
                }
            }

            @Override
            public int available() {
                synchronized (SerialWire.this) {
                    return open ? toBoard.size : Errno.CLOSED;
                }
            }

            @Override
            public int watch(Listener to) {
                synchronized (SerialWire.this) {
                    if (!open) {
                        return Errno.CLOSED;
                    }
                    listener = to;
                    return Errno.OK;
                }
            }

            @Override
            public void close() {
                synchronized (SerialWire.this) {
                    if (!open) {
                        return;
                    }
                    listener = null;
                    open = false;
                    toBoard.size = 0;
                }
                released.run();
            }
        };
    }

    private static final class Fifo {
        final byte[] bytes = new byte[CAPACITY];
        int head;
        int size;

        int put(byte[] from, int offset, int length) {
            int count = Math.min(length, CAPACITY - size);
            for (int i = 0; i < count; i++) {
                bytes[(head + size + i) % CAPACITY] = from[offset + i];
            }
            size += count;
            return count;
        }

        int take(byte[] into, int offset, int length) {
            int count = Math.min(length, size);
            for (int i = 0; i < count; i++) {
                into[offset + i] = bytes[(head + i) % CAPACITY];
            }
            head = (head + count) % CAPACITY;
            size -= count;
            return count;
        }
    }
}
