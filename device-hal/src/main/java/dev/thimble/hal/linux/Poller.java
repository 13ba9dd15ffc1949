package dev.thimble.hal.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * One thread that waits for all descriptors of a board at once; an eventfd wakes it when the set changes. It starts with the
 * first descriptor. Thread-safe.
 */
final class Poller implements AutoCloseable {
    /** A descriptor that can become readable. */
    interface Source {
        int fd();

        /** Called on the poll thread when there is something to read; must read it, or ask to be removed. */
        void readable();
    }

    private static final int MAX_SOURCES = 128;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment descriptors = arena.allocate((long) MAX_SOURCES * Native.POLLFD_BYTES, 8);
    private final MemorySegment counter = arena.allocate(8, 8);
    private final MemorySegment one = arena.allocate(8, 8);
    private final List<Source> sources = new ArrayList<>();
    private Source[] polled = {};
    private int wakeFd = -1;
    private Thread thread;
    private long changes;
    private long seen;
    private boolean closed;

    /** Watches a descriptor from now on; nothing happens when it is watched already. */
    synchronized void add(Source source) {
        if (sources.contains(source)) {
            return;
        }
        if (sources.size() == MAX_SOURCES - 1) {
            throw new IllegalStateException("more than " + MAX_SOURCES + " watched lines and ports");
        }
        sources.add(source);
        if (thread == null) {
            wakeFd = Native.eventfd();
            if (wakeFd < 0) {
                throw LinuxErrno.opening(wakeFd, "eventfd", "raise the limit of open files");
            }
            one.set(ValueLayout.JAVA_LONG, 0, 1);
            thread = Thread.ofPlatform().daemon().name("thimble-lines").start(this::run);
        }
        wake();
    }

    /** Stops watching. When this returns the source will not be called again, so its descriptor can be closed. */
    synchronized void remove(Source source) {
        if (!sources.remove(source)) {
            return;
        }
        wake();
        long mine = changes;
        boolean interrupted = false;
        while (Thread.currentThread() != thread && seen < mine && thread.isAlive()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake() {
        changes++;
        Native.write(wakeFd, one, 8);
    }

    private void run() {
        while (prepare()) {
            int ready = Native.poll(descriptors, polled.length + 1, -1);
            if (ready < 0 && ready != -LinuxErrno.EINTR) {
                throw new IllegalStateException("poll failed: errno " + -ready);
            }
            if (Native.polled(descriptors, 0) != 0) {
                Native.read(wakeFd, counter, 8);
            }
            for (int i = 0; i < polled.length; i++) {
                if (Native.polled(descriptors, i + 1) != 0) {
                    readable(polled[i]);
                }
            }
        }
        Native.close(wakeFd);
    }

    /** A source that was removed while others were served is not called any more. */
    private void readable(Source source) {
        synchronized (this) {
            if (!sources.contains(source)) {
                return;
            }
        }
        source.readable();
    }

    private synchronized boolean prepare() {
        if (polled.length != sources.size() || seen != changes) {
            polled = sources.toArray(Source[]::new);
        }
        seen = changes;
        notifyAll();
        Native.pollFd(descriptors, 0, wakeFd, Native.POLLIN);
        for (int i = 0; i < polled.length; i++) {
            Native.pollFd(descriptors, i + 1, polled[i].fd(), Native.POLLIN);
        }
        return !closed;
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
            if (running != null) {
                wake();
            }
        }
        if (running != null && running != Thread.currentThread()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
