package dev.thimble.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.board.SharedI2cBus;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An I2C adapter by {@code I2C_RDWR} (kernel header {@code linux/i2c-dev.h}): one descriptor and one lock for the bus. */
final class LinuxI2c extends SharedI2cBus {
    private static final String MEND = "enable I2C (dtparam=i2c_arm=on), load i2c-dev, add the user to group i2c";
    private static final long RDWR = 0x0707;
    private static final long FUNCTIONS = 0x0705;
    private static final long SLAVE = 0x0703;
    private static final int FUNCTION_I2C = 1;
    private static final short READ_FLAG = 1;
    private static final int MESSAGE_BYTES = 16;
    private static final int BUFFER_BYTES = 64 << 10;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
    private final MemorySegment messages = arena.allocate((long) I2cBus.MAX_MESSAGES * MESSAGE_BYTES, 8);
    private final MemorySegment transfer = arena.allocate(16, 8);
    private final int fd;
    /** Addresses that have been found free of kernel drivers. */
    private final boolean[] free = new boolean[128];
    private final int[] ops = new int[6];
    private final byte[] probed = new byte[1];

    /** @throws DeviceException when it cannot be opened, or cannot do plain I2C */
    LinuxI2c(String device) {
        fd = Native.open(device, Native.O_RDWR);
        if (fd < 0) {
            throw LinuxErrno.opening(fd, "I2C bus " + device, MEND);
        }
        MemorySegment functions = transfer;
        int result = Native.ioctl(fd, FUNCTIONS, functions);
        if (result < 0 || (functions.get(JAVA_LONG, 0) & FUNCTION_I2C) == 0) {
            Native.close(fd);
            throw new DeviceException(Errno.UNSUPPORTED, "I2C bus " + device + ": the adapter speaks SMBus only");
        }
    }

    @Override
    protected synchronized int transaction(int address, byte[] memory, int[] wanted, int count) {
        int refusal = check(address, wanted, count);
        if (refusal != Errno.OK) {
            return refusal;
        }
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (wanted[3 * i] == I2cBus.WRITE) {
                MemorySegment.copy(memory, wanted[3 * i + 1], buffer, JAVA_BYTE, at, wanted[3 * i + 2]);
            }
            at = message(i, address, wanted[3 * i], at, wanted[3 * i + 2]);
        }
        int result = run(count);
        at = 0;
        for (int i = 0; i < count && result == Errno.OK; i++) {
            if (wanted[3 * i] == I2cBus.READ) {
                MemorySegment.copy(buffer, JAVA_BYTE, at, memory, wanted[3 * i + 1], wanted[3 * i + 2]);
            }
            at += wanted[3 * i + 2];
        }
        return result;
    }

    @Override
    protected synchronized int one(int address, int kind, byte[] memory, int offset, int length) {
        ops[0] = kind;
        ops[1] = offset;
        ops[2] = length;
        return transaction(address, memory, ops, 1);
    }

    @Override
    protected synchronized int writeRead(int address, byte[] from, int fromOffset, int fromLength, byte[] into, int intoOffset,
                               int intoLength) {
        ops[0] = I2cBus.WRITE;
        ops[2] = fromLength;
        ops[3] = I2cBus.READ;
        ops[5] = intoLength;
        int refusal = check(address, ops, 2);
        if (refusal != Errno.OK) {
            return refusal;
        }
        MemorySegment.copy(from, fromOffset, buffer, JAVA_BYTE, 0, fromLength);
        message(1, address, I2cBus.READ, message(0, address, I2cBus.WRITE, 0, fromLength), intoLength);
        int result = run(2);
        if (result == Errno.OK) {
            MemorySegment.copy(buffer, JAVA_BYTE, fromLength, into, intoOffset, intoLength);
        }
        return result;
    }

    @Override
    protected synchronized int probe(int address) {
        int result = one(address, I2cBus.READ, probed, 0, 1);
        return result == Errno.OK ? 1 : result == Errno.NACK_ADDRESS || result == Errno.NACK ? 0 : result;
    }

    private int check(int address, int[] wanted, int count) {
        if (address < 0x08 || address > 0x77 || count < 1 || count > I2cBus.MAX_MESSAGES) {
            return Errno.INVALID;
        }
        long total = 0;
        for (int i = 0; i < count; i++) {
            int kind = wanted[3 * i];
            int length = wanted[3 * i + 2];
            if (kind != I2cBus.READ && kind != I2cBus.WRITE || length < 0 || length > I2cBus.MAX_LENGTH) {
                return Errno.INVALID;
            }
            total += length;
        }
        if (total > BUFFER_BYTES) {
            return Errno.INVALID;
        }
        if (!free[address]) {
            // I2C_RDWR goes past kernel drivers without a word; I2C_SLAVE does not.
            int result = Native.ioctl(fd, SLAVE, address);
            if (result < 0) {
                return LinuxErrno.operation(result);
            }
            free[address] = true;
        }
        return Errno.OK;
    }

    /** struct i2c_msg: u16 addr, u16 flags, u16 len, u8 *buf. @return where the next message's data goes */
    private int message(int index, int address, int kind, int at, int length) {
        long m = (long) index * MESSAGE_BYTES;
        messages.set(JAVA_SHORT, m, (short) address);
        messages.set(JAVA_SHORT, m + 2, kind == I2cBus.READ ? READ_FLAG : 0);
        messages.set(JAVA_SHORT, m + 4, (short) length);
        messages.set(JAVA_LONG, m + 8, buffer.address() + at);
        return at + length;
    }

    private int run(int count) {
        transfer.set(JAVA_LONG, 0, messages.address());
        transfer.set(JAVA_INT, 8, count);
        int result = Native.ioctl(fd, RDWR, transfer);
        return result < 0 ? LinuxErrno.i2c(result) : result == count ? Errno.OK : Errno.IO;
    }

    synchronized void close() {
        Native.close(fd);
    }
}
