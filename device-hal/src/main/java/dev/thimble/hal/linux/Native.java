package dev.thimble.hal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The few calls of the C library that the kernel's character devices need. Results are those of the call, or the negated
 * errno. Allocates nothing but for path names. Needs {@code --enable-native-access}; 64-bit Linux only.
 *
 * <p>The calls of the steady path fetch errno from the C library right after a failure, since the linker's own capture of
 * errno makes a 40-byte object per call unless C2 removes it, and small boards run C1. A safepoint in that
 * very moment can make errno EAGAIN or EINTR, which callers take as "try again".
 */
@SuppressWarnings("restricted") // calling the C library is what this class is for
final class Native {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_NOCTTY = 0x100;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final short POLLIN = 1;
    /** struct pollfd: int fd, short events, short revents. */
    static final int POLLFD_BYTES = 8;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_FIELD =
        Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
        ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private static final MethodHandle ERRNO_LOCATION = LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow("__errno_location"), FunctionDescriptor.of(JAVA_LONG),
        Linker.Option.critical(false));
    private static final MemorySegment ALL_MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final MethodHandle OPEN = function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
        Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle IOCTL = plain("ioctl",
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL_NUMBER = plain("ioctl",
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle READ = plain("read",
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE = plain("write",
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle PWRITE = plain("pwrite",
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle POLL = plain("poll",
        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle EVENTFD = function("eventfd",
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private Native() { }

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = ERRNO;
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
    }

    private static MethodHandle plain(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    private static int result(long value) throws Throwable {
        return value >= 0 ? (int) value : -ALL_MEMORY.get(JAVA_INT, (long) ERRNO_LOCATION.invokeExact());
    }

    private static int result(long value, MemorySegment state) {
        return value >= 0 ? (int) value : -(int) ERRNO_FIELD.get(state, 0L);
    }

    /** Only a virtual machine error can come out of a downcall. */
    private static IllegalStateException impossible(Throwable e) {
        return new IllegalStateException("native call failed", e);
    }

    static int open(String path, int flags) {
        MemorySegment state = STATE.get();
        try (Arena arena = Arena.ofConfined()) {
            return result((int) OPEN.invokeExact(state, arena.allocateFrom(path), flags | O_CLOEXEC), state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int close(int fd) {
        MemorySegment state = STATE.get();
        try {
            return result((int) CLOSE.invokeExact(state, fd), state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int ioctl(int fd, long request, MemorySegment argument) {
        try {
            return result((int) IOCTL.invokeExact(fd, request, argument));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int ioctl(int fd, long request, long argument) {
        try {
            return result((int) IOCTL_NUMBER.invokeExact(fd, request, argument));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int read(int fd, MemorySegment into, long count) {
        try {
            return result((long) READ.invokeExact(fd, into, count));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int write(int fd, MemorySegment from, long count) {
        try {
            return result((long) WRITE.invokeExact(fd, from, count));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int pwrite(int fd, MemorySegment from, long count, long offset) {
        try {
            return result((long) PWRITE.invokeExact(fd, from, count, offset));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Waits for {@code struct pollfd}s, without a deadline when the timeout is negative. */
    static int poll(MemorySegment descriptors, int count, int timeoutMillis) {
        try {
            return result((int) POLL.invokeExact(descriptors, (long) count, timeoutMillis));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Whether a read would not block. Uses the first bytes of {@code room}. */
    static boolean isReadable(MemorySegment room, int fd) {
        pollFd(room, 0, fd, POLLIN);
        return poll(room, 1, 0) > 0;
    }

    static int eventfd() {
        MemorySegment state = STATE.get();
        try {
            return result((int) EVENTFD.invokeExact(state, 0, O_CLOEXEC | O_NONBLOCK), state);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Sets one {@code struct pollfd}. */
    static void pollFd(MemorySegment descriptors, int index, int fd, short events) {
        descriptors.set(JAVA_INT, (long) index * POLLFD_BYTES, fd);
        descriptors.set(JAVA_SHORT, (long) index * POLLFD_BYTES + 4, events);
        descriptors.set(JAVA_SHORT, (long) index * POLLFD_BYTES + 6, (short) 0);
    }

    /** What happened to a descriptor, 0 for nothing. */
    static int polled(MemorySegment descriptors, int index) {
        return descriptors.get(JAVA_SHORT, (long) index * POLLFD_BYTES + 6);
    }
}
