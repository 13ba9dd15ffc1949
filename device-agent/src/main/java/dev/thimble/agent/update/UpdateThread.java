package dev.thimble.agent.update;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.tinylog.Logger;

/**
 * The thread on which the updater lives, apart from the cells' since the disk may be slow. What comes from outside is
 * bounded: when {@value #CAPACITY} pieces of work wait, messages from outside are dropped, and the updater asks for them again.
 */
public final class UpdateThread implements AutoCloseable {
    private static final int CAPACITY = 4096;
    private static final long TICK_MILLIS = 100;

    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Runnable tick;
    private final Thread thread;
    private volatile boolean closed;

    /** @param tick called about ten times a second */
    public UpdateThread(Runnable tick) {
        this.tick = tick;
        thread = new Thread(this::run, "thimble-updates");
    }

    public void start() {
        thread.start();
    }

    /** Hands over work that may be lost. Thread-safe. @return false when the queue was full */
    public boolean offer(Runnable work) {
        return queue.size() < CAPACITY && queue.offer(work);
    }

    /** Hands over work that must not be lost. Thread-safe. */
    public void put(Runnable work) {
        queue.add(work);
    }

    private void run() {
        long nextTick = System.nanoTime();
        while (!closed) {
            try {
                long wait = nextTick - System.nanoTime();
                Runnable work = wait > 0 ? queue.poll(wait, TimeUnit.NANOSECONDS) : queue.poll();
                if (work != null) {
                    work.run();
                }
                if (System.nanoTime() - nextTick >= 0) {
                    nextTick = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
                    tick.run();
                }
            } catch (InterruptedException e) {
                closed = true;
            } catch (RuntimeException e) {
                Logger.error(e, "the updates' thread goes on after an unexpected error");
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        // Not by an interrupt: that would close whatever file is being written.
        queue.add(() -> {});
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
