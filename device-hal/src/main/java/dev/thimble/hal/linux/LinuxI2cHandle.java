package dev.thimble.hal.linux;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.I2cBus;

/** One opener's handle on a bus. */
final class LinuxI2cHandle implements I2cBus {
    private final LinuxI2c bus;
    private volatile boolean open = true;

    LinuxI2cHandle(LinuxI2c bus) {
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
        return open ? bus.writeRead(address, from, fromOffset, fromLength, into, intoOffset, intoLength) : Errno.CLOSED;
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
