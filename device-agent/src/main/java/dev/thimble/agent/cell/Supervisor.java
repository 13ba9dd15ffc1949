package dev.thimble.agent.cell;

import dev.thimble.hal.board.Clock;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.tinylog.Logger;

/**
 * Runs every cell of a device on one thread, one event of one cell at a time and in turn, so that a busy module cannot
 * hold up its neighbours for longer than the fuel of one event lasts. Work from outside runs between two events.
 *
 * <p>{@link #turn} is the whole duty cycle: tests call it by hand with a clock of their own, a device calls
 * {@link #start}. In steady state it allocates nothing.
 */
public final class Supervisor implements AutoCloseable {
    /** Frames of a module that calls itself up to the limit of its call depth fit into this. */
    private static final long STACK_BYTES = 16 << 20;

    /** How the thread waits; the simulator's time may run faster than the machine's. */
    @FunctionalInterface
    public interface Idle {
        /** Waits so many nanoseconds of the cells' clock, or until the thread is unparked. */
        void park(long nanos);

        static Idle system() {
            return LockSupport::parkNanos;
        }
    }

    private final Clock clock;
    private final Idle idle;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private Cell[] cells = {};
    private volatile Thread thread;
    private volatile boolean closed;

    public Supervisor(Clock clock, Idle idle) {
        this.clock = clock;
        this.idle = idle;
    }

    /** Starts the cells' thread. */
    public void start() {
        thread = new Thread(null, this::run, "thimble-cells", STACK_BYTES);
        thread.start();
    }

    /** Runs {@code work} on the cells' thread between two events. Thread-safe. */
    public <T> CompletableFuture<T> submit(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                result.complete(work.call());
            } catch (Exception | StackOverflowError | OutOfMemoryError e) {
                result.completeExceptionally(e);
            }
        });
        wake();
        return result;
    }

    /** Ends a wait of the cells' thread. Thread-safe. */
    public void wake() {
        LockSupport.unpark(thread);
    }

    /** Adds a cell; on the cells' thread, or before {@link #start}. */
    public void add(Cell cell) {
        cells = Arrays.copyOf(cells, cells.length + 1);
        cells[cells.length - 1] = cell;
    }

    /** Closes a cell and forgets it; on the cells' thread. */
    public void remove(Cell cell) {
        cells = Arrays.stream(cells).filter(each -> each != cell).toArray(Cell[]::new);
        cell.close();
    }

    /** The cell of a module, or null; on the cells' thread. */
    public Cell cell(String name) {
        for (Cell cell : cells) {
            if (cell.name().equals(name)) {
                return cell;
            }
        }
        return null;
    }

    /** Every cell; on the cells' thread. */
    public java.util.List<Cell> cells() {
        return java.util.List.of(cells);
    }

    /**
     * Runs waiting work, then lets each cell handle one event.
     *
     * @return nanoseconds until there is something to do again if nothing arrives; 0 for at once
     */
    public long turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        boolean busy = false;
        long next = Long.MAX_VALUE;
        Cell[] present = cells;
        for (int i = 0; i < present.length; i++) {
            busy |= present[i].turn(clock.nanos());
            next = Math.min(next, present[i].nextNanos());
        }
        return busy ? 0 : next == Long.MAX_VALUE ? next : Math.max(0, next - clock.nanos());
    }

    private void run() {
        while (!closed) {
            try {
                long wait = turn();
                if (wait > 0 && tasks.isEmpty() && !closed) {
                    idle.park(wait);
                }
            } catch (RuntimeException e) {
                // A cell catches what its module does; this is a mistake of ours, and the other cells must go on.
                Logger.error(e, "the cells' thread goes on after an unexpected error");
            }
        }
        for (Cell cell : cells) {
            cell.close();
        }
        cells = new Cell[0];
    }

    /** Stops every cell in order and ends the thread. */
    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running == null) {
            run();
            return;
        }
        wake();
        try {
            running.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
