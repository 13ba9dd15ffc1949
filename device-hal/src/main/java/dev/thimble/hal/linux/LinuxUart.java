package dev.thimble.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.thimble.hal.board.Clock;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.Uart;
import dev.thimble.hal.board.UartRequest;
import dev.thimble.hal.board.UartRequest.Parity;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A serial port by termios2 (kernel header {@code asm-generic/termbits.h}), raw, with any baud rate. */
final class LinuxUart implements Uart, Poller.Source {
    private static final String MEND = "enable the port (enable_uart=1), add the user to group dialout";
    private static final long GET = 0x802C542AL;
    private static final long SET = 0x402C542BL;
    private static final long EXCLUSIVE = 0x540C;
    private static final long AVAILABLE = 0x541B;
    private static final long COUNTERS = 0x545D;
    private static final int BAUD_OTHER = 0x1000;
    private static final int SIZE_STEP = 0x10;
    private static final int STOP_2 = 0x40;
    private static final int RECEIVE = 0x80;
    private static final int PARITY = 0x100;
    private static final int ODD = 0x200;
    private static final int NO_MODEM = 0x800;
    private static final int INPUT_SPEED_SHIFT = 16;
    private static final int BUFFER_BYTES = 4096;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
    private final MemorySegment number = arena.allocate(8, 8);
    private final MemorySegment counters = arena.allocate(80, 8);
    private final Poller poller;
    private final Runnable released;
    private final int fd;
    private final boolean countsOverruns;
    private int overruns;
    private Listener listener;
    private boolean armed;
    private boolean open = true;

    LinuxUart(String device, UartRequest request, Poller poller, Runnable released) {
        this.poller = poller;
        this.released = released;
        fd = Native.open(device, Native.O_RDWR | Native.O_NOCTTY | Native.O_NONBLOCK);
        if (fd < 0) {
            throw LinuxErrno.opening(fd, "serial port " + device, MEND);
        }
        // struct termios2: u32 iflag, oflag, cflag, lflag; u8 line; u8 cc[19]; u32 ispeed, ospeed.
        MemorySegment termios = buffer.asSlice(0, 44);
        int result = Native.ioctl(fd, GET, termios);
        int size = (request.dataBits() - 5) * SIZE_STEP;
        int parity = request.parity() == Parity.NONE ? 0 : request.parity() == Parity.ODD ? PARITY | ODD : PARITY;
        termios.fill((byte) 0);
        termios.set(JAVA_INT, 8, BAUD_OTHER | BAUD_OTHER << INPUT_SPEED_SHIFT | size | parity | RECEIVE | NO_MODEM
            | (request.stopBits() == 2 ? STOP_2 : 0));
        termios.set(JAVA_INT, 36, request.baud());
        termios.set(JAVA_INT, 40, request.baud());
        result = result < 0 ? result : Native.ioctl(fd, SET, termios);
        result = result < 0 ? result : Native.ioctl(fd, EXCLUSIVE, 0);
        if (result < 0) {
            Native.close(fd);
            throw LinuxErrno.opening(result, "serial port " + device + " at " + request.baud() + " baud",
                "choose a format that the port has");
        }
        countsOverruns = Native.ioctl(fd, COUNTERS, counters) == 0;
        overruns = countOverruns();
    }

    /** struct serial_icounter_struct: overrun is the 8th int, buf_overrun the 11th. */
    private int countOverruns() {
        return countsOverruns && Native.ioctl(fd, COUNTERS, counters) == 0
            ? counters.get(JAVA_INT, 28) + counters.get(JAVA_INT, 40) : 0;
    }

    @Override
    public int write(byte[] from, int offset, int length) {
        if (!open) {
            return Errno.CLOSED;
        }
        int count = Math.min(length, BUFFER_BYTES);
        MemorySegment.copy(from, offset, buffer, JAVA_BYTE, 0, count);
        int result = Native.write(fd, buffer, count);
        return result == -LinuxErrno.EAGAIN ? 0 : result < 0 ? LinuxErrno.operation(result) : result;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (!open) {
            return Errno.CLOSED;
        }
        int counted = countOverruns();
        if (counted != overruns) {
            overruns = counted;
            return Errno.OVERRUN;
        }
        int result = Native.read(fd, buffer, Math.min(length, BUFFER_BYTES));
        if (result > 0) {
            MemorySegment.copy(buffer, JAVA_BYTE, 0, into, offset, result);
        }
        if (available() == 0) {
            arm();
        }
        return result == -LinuxErrno.EAGAIN ? 0 : result < 0 ? LinuxErrno.operation(result) : result;
    }

    @Override
    public int available() {
        if (!open) {
            return Errno.CLOSED;
        }
        int result = Native.ioctl(fd, AVAILABLE, number);
        return result < 0 ? LinuxErrno.operation(result) : number.get(JAVA_INT, 0);
    }

    @Override
    public int watch(Listener to) {
        if (!open) {
            return Errno.CLOSED;
        }
        synchronized (this) {
            listener = to;
        }
        if (to == null) {
            poller.remove(this);
            armed = false;
        } else {
            arm();
        }
        return Errno.OK;
    }

    private synchronized void arm() {
        if (listener != null && !armed) {
            armed = true;
            poller.add(this);
        }
    }

    @Override
    public int fd() {
        return fd;
    }

    /** Tells once, and then not until everything has been read: the descriptor stays readable all the while. */
    @Override
    public synchronized void readable() {
        poller.remove(this);
        armed = false;
        int count = Native.ioctl(fd, AVAILABLE, counters) < 0 ? 0 : counters.get(JAVA_INT, 0);
        if (listener != null) {
            listener.received(Math.max(1, count), Clock.system().nanos());
        }
    }

    @Override
    public void close() {
        if (open) {
            synchronized (this) {
                listener = null;
            }
            poller.remove(this);
            open = false;
            Native.close(fd);
            released.run();
        }
    }
}
