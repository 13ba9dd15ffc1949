package dev.thimble.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.EdgeListener;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.LineRequest.Mode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A line request of the GPIO uAPI v2: requested with its initial value, only the wanted edges, debounce in the kernel, and
 * a gap in the sequence numbers is reported as lost edges.
 */
final class LinuxLine implements GpioLine, Poller.Source {
    private static final long GET_LINE = 0xC250B407L;
    private static final long SET_CONFIG = 0xC110B40DL;
    private static final long GET_VALUES = 0xC010B40EL;
    private static final long SET_VALUES = 0xC010B40FL;
    private static final long ACTIVE_LOW = 1 << 1;
    private static final long INPUT = 1 << 2;
    private static final long OUTPUT = 1 << 3;
    private static final long EDGE_RISING = 1 << 4;
    private static final long EDGE_FALLING = 1 << 5;
    private static final long OPEN_DRAIN = 1 << 6;
    private static final long PULL_UP = 1 << 8;
    private static final long PULL_DOWN = 1 << 9;
    private static final int ATTRIBUTE_VALUES = 2;
    private static final int ATTRIBUTE_DEBOUNCE = 3;
    private static final int CONFIG_AT = 288;
    private static final int CONFIG_BYTES = 272;
    private static final int FD_AT = 588;
    private static final int EVENT_BYTES = 48;
    private static final int EVENTS = 16;

    private final Poller poller;
    private final Runnable released;
    private final BoardFile file;
    private final String name;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment config = arena.allocate(CONFIG_BYTES, 8);
    private final MemorySegment values = arena.allocate(16, 8);
    private final MemorySegment events = arena.allocate((long) EVENTS * EVENT_BYTES, 8);
    private final int fd;
    private LineRequest request;
    private boolean open = true;
    private EdgeListener listener;
    /** Sequence number of the last event, 0 before the first. Used on the poll thread. */
    private int sequence;

    /** @throws dev.thimble.hal.board.DeviceException when the kernel refuses */
    LinuxLine(BoardFile file, String name, GpioChips.Place place, LineRequest request, Poller poller,
              Runnable released) {
        this.file = file;
        this.name = name;
        this.poller = poller;
        this.released = released;
        this.request = request;
        values.set(JAVA_LONG, 8, 1);
        int chip = Native.open(place.chip().file().toString(), Native.O_RDWR);
        if (chip < 0) {
            throw LinuxErrno.opening(chip, place.chip().file().toString(), GpioChips.MEND);
        }
        int result;
        try (Arena once = Arena.ofConfined()) {
            MemorySegment wanted = once.allocate(592, 8);
            wanted.set(JAVA_INT, 0, place.offset());
            MemorySegment.copy(MemorySegment.ofArray("thimble".getBytes(StandardCharsets.US_ASCII)), 0, wanted, 256, 7);
            configure(request, 0, 0);
            MemorySegment.copy(config, 0, wanted, CONFIG_AT, CONFIG_BYTES);
            wanted.set(JAVA_INT, 560, 1);
            result = Native.ioctl(chip, GET_LINE, wanted);
            fd = wanted.get(JAVA_INT, FD_AT);
        } finally {
            Native.close(chip);
        }
        if (result < 0) {
            throw LinuxErrno.opening(result, "GPIO line " + name
                + (place.consumer().isEmpty() ? "" : ", used by \"" + place.consumer() + "\","), GpioChips.MEND);
        }
    }

    private void configure(LineRequest wanted, int edges, long debounceMicros) {
        long flags = switch (wanted.mode()) {
            case INPUT -> INPUT;
            case OUTPUT -> OUTPUT;
            case OPEN_DRAIN -> OUTPUT | OPEN_DRAIN;
        };
        flags |= switch (wanted.bias()) {
            case AS_IS -> 0;
            case PULL_UP -> PULL_UP;
            case PULL_DOWN -> PULL_DOWN;
        };
        flags |= wanted.activeLow() ? ACTIVE_LOW : 0;
        flags |= (edges & RISING) != 0 ? EDGE_RISING : 0;
        flags |= (edges & FALLING) != 0 ? EDGE_FALLING : 0;
        config.fill((byte) 0);
        config.set(JAVA_LONG, 0, flags);
        if (wanted.mode() != Mode.INPUT) {
            attribute(ATTRIBUTE_VALUES, wanted.initiallyActive() ? 1 : 0);
        } else if (debounceMicros > 0) {
            attribute(ATTRIBUTE_DEBOUNCE, debounceMicros);
        }
    }

    /** {id, padding, value, mask of lines}: the only attribute, for the only line. */
    private void attribute(int id, long value) {
        config.set(JAVA_INT, 8, 1);
        config.set(JAVA_INT, 32, id);
        config.set(JAVA_LONG, 40, value);
        config.set(JAVA_LONG, 48, 1);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int read() {
        if (!open) {
            return Errno.CLOSED;
        }
        int result = Native.ioctl(fd, GET_VALUES, values);
        return result < 0 ? LinuxErrno.operation(result) : (int) values.get(JAVA_LONG, 0) & 1;
    }

    @Override
    public int write(int level) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (request.mode() == Mode.INPUT || (level & ~1) != 0) {
            return Errno.INVALID;
        }
        values.set(JAVA_LONG, 0, level);
        int result = Native.ioctl(fd, SET_VALUES, values);
        return result < 0 ? LinuxErrno.operation(result) : Errno.OK;
    }

    @Override
    public int reconfigure(LineRequest wanted) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (!file.resolve(wanted.line()).equals(name)) {
            return Errno.INVALID;
        }
        unwatch();
        configure(wanted, 0, 0);
        int result = Native.ioctl(fd, SET_CONFIG, config);
        if (result < 0) {
            return LinuxErrno.operation(result);
        }
        request = wanted;
        return Errno.OK;
    }

    @Override
    public int watch(int edges, long debounceMicros, EdgeListener to) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (request.mode() != Mode.INPUT || edges <= 0 || edges > (RISING | FALLING) || debounceMicros < 0
            || debounceMicros > 0xFFFF_FFFFL) {
            return Errno.INVALID;
        }
        // Off the poller first: events of the old kind that still wait go to nobody.
        unwatch();
        configure(request, edges, debounceMicros);
        int result = Native.ioctl(fd, SET_CONFIG, config);
        if (result < 0) {
            return LinuxErrno.operation(result);
        }
        synchronized (this) {
            listener = to;
        }
        poller.add(this);
        return Errno.OK;
    }

    @Override
    public int unwatch() {
        if (!open) {
            return Errno.CLOSED;
        }
        boolean watched;
        synchronized (this) {
            watched = listener != null;
            listener = null;
        }
        if (!watched) {
            return Errno.OK;
        }
        poller.remove(this);
        configure(request, 0, 0);
        int result = Native.ioctl(fd, SET_CONFIG, config);
        drain();
        return result < 0 ? LinuxErrno.operation(result) : Errno.OK;
    }

    /** Reads away events that nobody wants any more, noting how far the numbers have come. */
    private void drain() {
        while (Native.isReadable(events, fd)) {
            int count = Native.read(fd, events, (long) EVENTS * EVENT_BYTES) / EVENT_BYTES;
            if (count <= 0) {
                return;
            }
            sequence = events.get(JAVA_INT, (long) (count - 1) * EVENT_BYTES + 20);
        }
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public synchronized void readable() {
        int count = Native.read(fd, events, (long) EVENTS * EVENT_BYTES) / EVENT_BYTES;
        for (int i = 0; i < count; i++) {
            long at = (long) i * EVENT_BYTES;
            int number = events.get(JAVA_INT, at + 20);
            int missing = number - sequence - 1;
            sequence = number;
            if (listener != null) {
                if (missing > 0) {
                    listener.lost(missing);
                }
                listener.edge(events.get(JAVA_INT, at + 8), events.get(JAVA_LONG, at));
            }
        }
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        synchronized (this) {
            listener = null;
        }
        poller.remove(this);
        open = false;
        Native.close(fd);
        released.run();
    }
}
