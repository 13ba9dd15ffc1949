package dev.thimble.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.board.SpiRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A chip select by spidev (kernel header {@code linux/spi/spidev.h}). */
final class LinuxSpi implements SpiDevice {
    private static final String MEND = "enable SPI (dtparam=spi=on), add the user to group spi";
    private static final long SET_MODE = 0x40016B01L;
    private static final long SET_BITS = 0x40016B03L;
    private static final long SET_SPEED = 0x40046B04L;
    private static final int TRANSFER_BYTES = 32;
    /** struct spi_ioc_transfer[n] as an ioctl number: n · 32 in the size field. */
    private static final long MESSAGE = 0x40006B00L;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment out = arena.allocate(MAX_LENGTH, 8);
    private final MemorySegment in = arena.allocate(MAX_LENGTH, 8);
    private final MemorySegment transfers = arena.allocate((long) MAX_OPERATIONS * TRANSFER_BYTES, 8);
    private final int fd;
    private final Runnable released;
    private boolean open = true;

    LinuxSpi(String device, SpiRequest request, Runnable released) {
        this.released = released;
        fd = Native.open(device, Native.O_RDWR);
        if (fd < 0) {
            throw LinuxErrno.opening(fd, "SPI device " + device, MEND);
        }
        transfers.set(JAVA_BYTE, 0, (byte) request.mode());
        int result = Native.ioctl(fd, SET_MODE, transfers);
        transfers.set(JAVA_BYTE, 0, (byte) 8);
        result = result < 0 ? result : Native.ioctl(fd, SET_BITS, transfers);
        transfers.set(JAVA_INT, 0, request.hertz());
        result = result < 0 ? result : Native.ioctl(fd, SET_SPEED, transfers);
        if (result < 0) {
            Native.close(fd);
            throw LinuxErrno.opening(result, "SPI device " + device + " in mode " + request.mode() + " at "
                + request.hertz() + " Hz", "choose a mode and a clock that the controller has");
        }
    }

    @Override
    public synchronized int transfer(byte[] tx, int txOffset, byte[] rx, int rxOffset, int length) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (length < 0 || length > MAX_LENGTH) {
            return Errno.INVALID;
        }
        MemorySegment.copy(tx, txOffset, out, JAVA_BYTE, 0, length);
        set(0, true, true, 0, length, 0);
        int result = Native.ioctl(fd, MESSAGE | (long) TRANSFER_BYTES << 16, transfers);
        if (result < 0) {
            return LinuxErrno.operation(result);
        }
        MemorySegment.copy(in, JAVA_BYTE, 0, rx, rxOffset, length);
        return Errno.OK;
    }

    @Override
    public synchronized int transaction(byte[] memory, int[] ops, int count) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (count < 1 || count > MAX_OPERATIONS) {
            return Errno.INVALID;
        }
        int at = 0;
        for (int i = 0; i < count; i++) {
            int kind = ops[4 * i];
            int length = ops[4 * i + 3];
            if (kind < READ || kind > DELAY || length < 0 || kind != DELAY && length > MAX_LENGTH - at) {
                return Errno.INVALID;
            }
            if (kind == DELAY) {
                // The kernel delays in whole microseconds, 16 bits of them, after a transfer; this one moves nothing.
                int micros = (int) Math.min(65_535, (length + 999L) / 1000);
                set(i, false, false, at, 0, micros);
                continue;
            }
            if (kind != READ) {
                MemorySegment.copy(memory, ops[4 * i + 1], out, JAVA_BYTE, at, length);
            }
            set(i, kind != READ, kind != WRITE, at, length, 0);
            at += length;
        }
        int result = Native.ioctl(fd, MESSAGE | (long) count * TRANSFER_BYTES << 16, transfers);
        if (result < 0) {
            return LinuxErrno.operation(result);
        }
        at = 0;
        for (int i = 0; i < count; i++) {
            int kind = ops[4 * i];
            if (kind == READ || kind == TRANSFER) {
                MemorySegment.copy(in, JAVA_BYTE, at, memory, ops[4 * i + 2], ops[4 * i + 3]);
            }
            at += kind == DELAY ? 0 : ops[4 * i + 3];
        }
        return Errno.OK;
    }

    /** struct spi_ioc_transfer: u64 tx, u64 rx, u32 len, u32 speed, u16 delay µs, u8 bits, … */
    private void set(int index, boolean sends, boolean receives, int at, int length, int delayMicros) {
        long t = (long) index * TRANSFER_BYTES;
        transfers.set(JAVA_LONG, t, sends ? out.address() + at : 0);
        transfers.set(JAVA_LONG, t + 8, receives ? in.address() + at : 0);
        transfers.set(JAVA_INT, t + 16, length);
        transfers.set(JAVA_INT, t + 20, 0);
        transfers.set(JAVA_SHORT, t + 24, (short) delayMicros);
        transfers.set(JAVA_SHORT, t + 26, (short) 0);
        transfers.set(JAVA_INT, t + 28, 0);
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            Native.close(fd);
            released.run();
        }
    }
}
