package dev.thimble.hal.board;

/**
 * A bus as a backend has it: one for all who opened it, each of whom gets a handle of its own to close.
 * Errors are those of {@link I2cBus}. Implementations are thread-safe: one transaction at a time.
 */
public abstract class SharedI2cBus {
    /** As {@link I2cBus#transaction}. */
    protected abstract int transaction(int address, byte[] memory, int[] ops, int count);

    /** One message; {@code kind} is {@link I2cBus#READ} or {@link I2cBus#WRITE}. */
    protected abstract int one(int address, int kind, byte[] memory, int offset, int length);

    /** As {@link I2cBus#writeRead}. */
    protected abstract int writeRead(int address, byte[] from, int fromOffset, int fromLength, byte[] into,
                                     int intoOffset, int intoLength);

    /** As {@link I2cBus#probe}. */
    protected abstract int probe(int address);

    /** A handle for one opener; closing it leaves the bus open for the others. */
    public final I2cBus open() {
        return new Handle(this);
    }

    private static final class Handle implements I2cBus {
        private final SharedI2cBus bus;
        private volatile boolean open = true;

        Handle(SharedI2cBus bus) {
            this.bus = bus;
        }

        @Override
        public int transaction(int address, byte[] memory, int[] ops, int count) {
            return open ? bus.transaction(address, memory, ops, count) : Errno.CLOSED;
        }

        @Override
        public int write(int address, byte[] from, int offset, int length) {
            return open ? bus.one(address, WRITE, from, offset, length) : Errno.CLOSED;
        }

        @Override
        public int read(int address, byte[] into, int offset, int length) {
            return open ? bus.one(address, READ, into, offset, length) : Errno.CLOSED;
        }

        @Override
        public int writeRead(int address, byte[] from, int fromOffset, int fromLength, byte[] into, int intoOffset,
                             int intoLength) {
            return open ? bus.writeRead(address, from, fromOffset, fromLength, into, intoOffset, intoLength)
                : Errno.CLOSED;
        }

        @Override
        public int probe(int address) {
            return open ? bus.probe(address) : Errno.CLOSED;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
