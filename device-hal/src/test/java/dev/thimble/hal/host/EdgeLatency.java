package dev.thimble.hal.host;

import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.board.EdgeListener;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.pi4j.Pi4jBoard;
import dev.thimble.hal.simulated.PacedClock;
import dev.thimble.hal.simulated.Pin;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.wasm.Call;
import dev.thimble.wasm.Imports;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * How long it takes from an edge on a pin to the module's answer on another: pin → Pi4J → inbox → the parked cell's
 * thread wakes → engine → host import → Pi4J → pin; in turn with the same in plain Java. With {@code --garbage} a neighbour
 * on the same thread, a module of WebAssembly GC, makes 100 KiB of garbage each millisecond. Prints microseconds; run it
 * with {@code device-hal/latency}.
 */
public final class EdgeLatency {
    private static final int WARM_UP = 10_000;
    private static final int EDGES = 30_000;
    private static final long PAUSE_NANOS = 200_000;
    private static final long LONGEST_NANOS = 10_000_000_000L;
    private static final long LITTER_NANOS = 1_000_000;
    private static final long BUDGET_P99_NANOS = 200_000;
    private static final long BUDGET_P999_NANOS = 1_000_000;

    private EdgeLatency() { }

    public static void main(String[] arguments) {
        boolean garbage = arguments.length > 0 && arguments[0].equals("--garbage");
        PacedClock clock = new PacedClock(1);
        SimulatedBoard simulated = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
        Board board = Pi4jBoard.through(simulated, clock);
        AtomicReference<Thread> cellThread = new AtomicReference<>();
        Runnable wake = () -> LockSupport.unpark(cellThread.get());
        EchoCell cell = new EchoCell(board, clock, "GPIO27", "GPIO17", wake);
        Peer peer = new Peer(board, clock, "GPIO22", "GPIO23", wake);
        Call litter = EchoCell.module("litter.wasm").instantiate(Imports.builder().build()).function("thimble_tick").newCall();
        cellThread.set(Thread.ofPlatform().daemon().name("cells").start(() -> {
            long next = garbage ? System.nanoTime() : Long.MAX_VALUE;
            while (true) {
                long wait = next - System.nanoTime();
                if (wait <= 0) {
                    litter.i64(0, next);
                    litter.run();
                    next = System.nanoTime() + LITTER_NANOS;
                } else if (cell.deliver() + peer.deliver() == 0) {
                    LockSupport.parkNanos(wait);
                }
            }
        }));
        Probe module = new Probe(simulated.pin("GPIO27"), simulated.pin("GPIO17"));
        Probe java = new Probe(simulated.pin("GPIO22"), simulated.pin("GPIO23"));
        for (int i = 0; i < WARM_UP + EDGES; i++) {
            // In turn, so that both meet the same weather.
            module.edge(i >= WARM_UP);
            java.edge(i >= WARM_UP);
        }
        long collections = 0;
        long paused = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += collector.getCollectionCount();
            paused += collector.getCollectionTime();
        }
        System.out.printf("edge to answer through Pi4J, %d edges each; %d collections, %d ms paused%n", EDGES, collections, paused);
        module.print("module in the engine");
        java.print("the same in plain Java");
        System.exit(0);
    }

    /** Drives one pin and waits for another. */
    private static final class Probe {
        private final Pin in;
        private final Histogram histogram = new Histogram(LONGEST_NANOS, 3);
        private final long[] answered = new long[1];

        Probe(Pin in, Pin out) {
            this.in = in;
            out.listen((pin, level, at) -> {
                synchronized (answered) {
                    answered[0] = System.nanoTime();
                }
            });
        }

        void edge(boolean record) {
            long before = System.nanoTime();
            in.drive(1 - in.level());
            long end = await(answered, before);
            if (record) {
                histogram.recordValue(end - before);
            }
        }

        void print(String what) {
            long p99 = histogram.getValueAtPercentile(99);
            long p999 = histogram.getValueAtPercentile(99.9);
            System.out.printf("  %-24s median %8.1f  p99 %8.1f  p99.9 %8.1f  max %8.1f µs  %s the budget%n", what,
                histogram.getValueAtPercentile(50) / 1e3, p99 / 1e3, p999 / 1e3, histogram.getMaxValue() / 1e3,
                p99 <= BUDGET_P99_NANOS && p999 <= BUDGET_P999_NANOS ? "within" : "beyond");
        }
    }

    /** What a Java program would do on the same thread: the share of thread wake-up and machine in the figures. */
    private static final class Peer {
        private final Inbox inbox;
        private final GpioLine out;

        Peer(Board board, Clock clock, String button, String led, Runnable wake) {
            inbox = new Inbox(64, 0, clock, wake);
            out = board.openLine(LineRequest.output(led, false));
            board.openLine(LineRequest.input(button, LineRequest.Bias.AS_IS)).watch(3, 0, new EdgeListener() {
                @Override
                public void edge(int edge, long nanos) {
                    inbox.event(EventKind.GPIO_EDGE, 1, edge, nanos);
                }

                @Override
                public void lost(int count) { }
            });
        }

        int deliver() {
            int count = 0;
            while (inbox.peek()) {
                out.write(inbox.value() & 1);
                inbox.drop();
                count++;
            }
            return count;
        }
    }

    /** Asleep, as whoever waits for the next edge is: a thread that spins keeps the cells' thread from its core for a whole time slice. */
    private static long await(long[] answered, long since) {
        while (true) {
            LockSupport.parkNanos(PAUSE_NANOS);
            synchronized (answered) {
                if (answered[0] > since) {
                    return answered[0];
                }
            }
        }
    }
}
