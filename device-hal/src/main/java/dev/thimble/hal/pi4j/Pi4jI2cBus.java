package dev.thimble.hal.pi4j;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.i2c.I2C;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.I2cBus;

/** A bus over Pi4J's devices, one for each address that is spoken to. */
final class Pi4jI2cBus implements I2cBus {
    private final Pi4jBoard board;
    private final String name;
    private final I2C[] devices;
    private final byte[] probed = new byte[1];
    private volatile boolean open = true;

    Pi4jI2cBus(Pi4jBoard board, String name, I2C[] devices) {
        this.board = board;
        this.name = name;
        this.devices = devices;
    }

    /** The device of an address, which must be valid. */
    private I2C device(int address) {
        synchronized (devices) {
            if (devices[address] == null) {
                devices[address] = board.device(name, address);
            }
            return devices[address];
        }
    }

    private int refusal(int address, int length) {
        if (!open) {
            return Errno.CLOSED;
        }
        return address < 0x08 || address > 0x77 || length < 0 || length > MAX_LENGTH ? Errno.INVALID : Errno.OK;
    }

    @Override
    public int write(int address, byte[] from, int offset, int length) {
        int refusal = refusal(address, length);
        if (refusal != Errno.OK) {
            return refusal;
        }
        try {
            return device(address).write(from, offset, length) == length ? Errno.OK : Errno.IO;
        } catch (Pi4JException e) {
            return Pi4jBoard.errno(e);
        } catch (DeviceException e) {
            return e.errno();
        }
    }

    @Override
    public int read(int address, byte[] into, int offset, int length) {
        int refusal = refusal(address, length);
        if (refusal != Errno.OK) {
            return refusal;
        }
        try {
            return device(address).read(into, offset, length) == length ? Errno.OK : Errno.IO;
        } catch (Pi4JException e) {
            return Pi4jBoard.errno(e);
        } catch (DeviceException e) {
            return e.errno();
        }
    }

    @Override
    public int writeRead(int address, byte[] from, int fromOffset, int fromLength, byte[] into, int intoOffset,
                         int intoLength) {
        int refusal = refusal(address, Math.max(fromLength, intoLength) | fromLength | intoLength);
        if (refusal != Errno.OK) {
            return refusal;
        }
        try {
            device(address).writeThenRead(from, fromOffset, fromLength, 0, into, intoOffset, intoLength);
            return Errno.OK;
        } catch (Pi4JException e) {
            return Pi4jBoard.errno(e);
        } catch (DeviceException e) {
            return e.errno();
        }
    }

    @Override
    public int transaction(int address, byte[] memory, int[] ops, int count) {
        int refusal = refusal(address, 0);
        if (refusal != Errno.OK || count < 1 || count > MAX_MESSAGES) {
            return refusal != Errno.OK ? refusal : Errno.INVALID;
        }
        if (device(address) instanceof BoardI2c own) {
            return own.boardBus().transaction(address, memory, ops, count);
        }
        // Other providers: what they can do under one start and stop, and nothing that only looks like it.
        if (count == 1) {
            return ops[0] == READ ? read(address, memory, ops[1], ops[2]) : write(address, memory, ops[1], ops[2]);
        }
        return count == 2 && ops[0] == WRITE && ops[3] == READ
            ? writeRead(address, memory, ops[1], ops[2], memory, ops[4], ops[5]) : Errno.UNSUPPORTED;
    }

    @Override
    public int probe(int address) {
        int result = read(address, probed, 0, 1);
        return result == Errno.OK ? 1 : result == Errno.NACK_ADDRESS || result == Errno.NACK ? 0 : result;
    }

    /** The devices stay with the board: other handles use them. */
    @Override
    public void close() {
        open = false;
    }
}
