package dev.thimble.simulator.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.cell.Cell;
import dev.thimble.agent.cell.Release;
import dev.thimble.agent.cli.Thimble;
import dev.thimble.agent.operator.Keys;
import dev.thimble.hal.simulated.Pin;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.step.Timing;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Swaps in a whole agent: under a thousand events a second, with new settings, and when the cells have no time for them. */
@Timeout(120)
class SwapTest {
    private static final long PERIOD = 1_000_000;
    private static final int UPDATES = 3;
    private static final int SWAPS = 200;
    private static final Timing QUICK = new Timing(30_000, 30_000, 3_000, 10_000, 600_000, 120_000, 60_000, 3_600_000, 600, 30_000,
        600_000, 300, 3_600_000);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @TempDir Path flash;

    /** Drives a line up and down, a thousand edges a second, and counts them. */
    private static final class Pulses implements AutoCloseable {
        private final Thread thread = new Thread(this::run, "pulses");
        private final Pin pin;
        private volatile boolean stop;
        private volatile long driven;

        Pulses(Pin pin) {
            this.pin = pin;
            thread.start();
        }

        private void run() {
            long next = System.nanoTime();
            while (!stop) {
                driven++;
                pin.drive((int) (driven & 1));
                next += PERIOD;
                // After a pause of the machine's it goes on at its pace and does not make up for what it missed.
                next = Math.max(next, System.nanoTime() - PERIOD);
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }

        @Override
        public void close() throws InterruptedException {
            stop = true;
            thread.join();
        }
    }

    @Test
    void noEventIsLostOrRepeatedAtAThousandASecond() throws Exception {
        try (LedgerDesk desk = new LedgerDesk(flash, Timing.DEFAULT)) {
            Pin pin = desk.board.pin(Ledger.LINE);
            pin.drive(0);
            desk.install(desk.release(1), Map.of());
            Callable<Cell> find = () -> desk.agent().supervisor().cell(Ledger.MODULE);
            Cell cell = desk.agent().supervisor().submit(find).get();
            long[] nanos = new long[SWAPS];
            long[] cpu = new long[SWAPS];
            Pulses pulses = new Pulses(pin);
            try (pulses) {
                Release before = null;
                for (int i = 2; i < 2 + UPDATES; i++) {
                    before = cell.release();
                    desk.install(desk.release(i), Map.of());
                }
                Release[] two = {before, cell.release()};
                for (int i = 0; i < SWAPS; i++) {
                    Release next = two[i % 2];
                    int at = i;
                    desk.agent().supervisor().submit(() -> {
                        long begin = System.nanoTime();
                        long used = THREADS.getCurrentThreadCpuTime();
                        cell.swap(next);
                        cpu[at] = THREADS.getCurrentThreadCpuTime() - used;
                        nanos[at] = System.nanoTime() - begin;
                        return null;
                    }).get();
                    Thread.sleep(5);
                }
            }
            Ledger.Entry last = desk.awaitEntry(e -> e.edges() >= pulses.driven);
            assertEquals(pulses.driven, last.edges(), "every edge once");
            assertEquals(0, last.breaks(), "in their order");
            assertEquals(0, last.lost());
            List<Ledger.Entry> entries = desk.entries();
            for (int i = 1; i < entries.size(); i++) {
                assertEquals(entries.get(i - 1).number() + 1, entries.get(i).number(), "every message once, in order");
            }
            report(nanos, cpu, pulses.driven, entries);
        }
    }

    private static void report(long[] nanos, long[] cpu, long edges, List<Ledger.Entry> entries) {
        Arrays.sort(nanos);
        Arrays.sort(cpu);
        long[] late = entries.stream().mapToLong(Ledger.Entry::latest).sorted().toArray();
        System.out.printf("swap at 1,000 events/s: %d edges, 0 lost, 0 repeated; %d updates and %d swaps of the bare cell, these in ms: "
            + "median %.2f, 90 %% %.2f, 99 %% %.2f, longest %.2f (of CPU time: median %.2f, longest %.2f); latest event of a tick in ms: median %.2f, 99 %% %.2f, longest %.2f%n",
            edges, UPDATES, SWAPS, nanos[SWAPS / 2] / 1e6, nanos[SWAPS * 9 / 10] / 1e6, nanos[SWAPS * 99 / 100] / 1e6,
            nanos[SWAPS - 1] / 1e6, cpu[SWAPS / 2] / 1e6, cpu[SWAPS - 1] / 1e6, late[late.length / 2] / 1e3, late[late.length * 99 / 100] / 1e3, late[late.length - 1] / 1e3);
    }

    @Test
    void newSettingsReachTheRunningReleaseAndSurviveARestartAndBadOnesAreTakenBack() throws Exception {
        try (LedgerDesk desk = new LedgerDesk(flash, QUICK)) {
            SignedModule release = desk.release(1);
            desk.install(release, Map.of("setting", "slow"));
            desk.board.pin(Ledger.LINE).drive(1);
            assertEquals("slow", desk.awaitEntry(e -> e.edges() == 1).setting());
            desk.assign(release, Map.of("setting", "fast"));
            assertEquals(1, desk.awaitEntry(e -> e.setting().equals("fast")).edges(), "with its state");
            desk.awaitRow(r -> r.phase() == Phase.COMMITTED);
            assertTrue(desk.awaitAudit(a -> a.contains("new settings")).contains("with state handed over"));

            desk.assign(release, Map.of("setting", "none", "refuse", "yes"));
            Reported.Module refused = desk.awaitRow(r -> r.phase() == Phase.QUARANTINED);
            assertEquals(ErrorClass.PERMANENT, refused.error());
            assertTrue(refused.text().contains("thimble_init returned -1 (INVALID)"), refused.text());
            assertEquals("fast", desk.awaitEntry(e -> true).setting());

            desk.restart();
            assertEquals("fast", desk.awaitEntry(e -> true).setting(), "the settings that it was committed with, at once");
            desk.awaitRow(r -> r.phase() == Phase.QUARANTINED);
            desk.assign(release, Map.of("setting", "fast"));
            desk.awaitRow(r -> r.phase() == Phase.COMMITTED && r.error() == null);
        }
    }

    @Test
    void theOperatorConfiguresAModuleByCommand(@TempDir Path folder) throws Exception {
        try (LedgerDesk desk = new LedgerDesk(flash, QUICK)) {
            desk.keys.write(folder.resolve("keys"));
            String key = folder.resolve("keys").resolve(Keys.DIRECTOR).toString();
            desk.install(desk.release(1), Map.of("setting", "slow", "other", "x"));
            assertEquals(0, configure(desk, key, "setting=fast"));
            assertEquals("fast", desk.awaitEntry(e -> true).setting());
            assertEquals(1, configure(desk, key, "refuse=yes"), "thimble_init refuses");
            assertEquals("fast", desk.awaitEntry(e -> true).setting());
            assertEquals(0, configure(desk, key, "refuse=", "setting=slower"));
            assertEquals("slower", desk.awaitEntry(e -> true).setting());
            assertEquals(2, configure(desk, key, "setting"));
        }
    }

    private static int configure(LedgerDesk desk, String key, String... changes) {
        List<String> command = new ArrayList<>(List.of("configure", "bench", Ledger.MODULE));
        command.addAll(List.of(changes));
        command.addAll(List.of("--key", key, "--broker", desk.url(), "--root", desk.root(), "--timeout", "20s", "-q", "--json"));
        return Thimble.commandLine().execute(command.toArray(String[]::new));
    }

    @Test
    void aSwapThatTheCellsHaveNoTimeForIsWithdrawnAndTheOldReleaseGoesOn() throws Exception {
        try (LedgerDesk desk = new LedgerDesk(flash, QUICK)) {
            desk.install(desk.release(1), Map.of());
            desk.board.pin(Ledger.LINE).drive(1);
            desk.awaitEntry(e -> e.edges() == 1);
            CountDownLatch free = new CountDownLatch(1);
            desk.agent().supervisor().submit(() -> {
                free.await();
                return null;
            });
            SignedModule second = desk.release(2);
            desk.assign(second, Map.of());
            assertEquals("rolled back: SWAP was not finished in time", desk.awaitAudit(a -> a.startsWith("rolled back")));
            int before = desk.entries().size();
            free.countDown();
            desk.awaitEntry(e -> true);
            Ledger.Entry next = desk.entries().get(before);
            assertEquals(1, next.release(), "the withdrawn swap does not happen late");
            assertEquals(1, next.edges());
            desk.awaitRow(r -> r.phase() == Phase.COMMITTED && second.digest().equals(r.running()));
            List<Ledger.Entry> all = desk.entries();
            for (int i = 1; i < all.size(); i++) {
                assertFalse(all.get(i).release() < all.get(i - 1).release(), "once the new release runs the old one does not come back");
                assertEquals(all.get(i - 1).number() + 1, all.get(i).number());
            }
        }
    }
}
