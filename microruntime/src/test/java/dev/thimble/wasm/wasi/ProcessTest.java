package dev.thimble.wasm.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.Call;
import dev.thimble.wasm.api.Progress;
import dev.thimble.wasm.api.Trap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Arguments, environment, clocks, random, poll, streams, the end of a process. */
class ProcessTest {
    /** Time that moves only by sleeping. */
    private static final class Steps implements WasiClock {
        long now = 1_000;
        boolean interrupted;
        boolean parks;

        @Override
        public long realtime() {
            return 5_000_000 + now;
        }

        @Override
        public long monotonic() {
            return now;
        }

        @Override
        public long resolution() {
            return 7;
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
            if (interrupted) {
                throw new InterruptedException();
            }
            now += nanos;
        }

        @Override
        public boolean park(long nanos) {
            return parks;
        }
    }

    @Test
    void aGuestSeesNothingThatWasNotGiven() throws IOException {
        try (var guest = new Guest(Wasi.builder())) {
            for (String what : List.of("args_sizes_get", "environ_sizes_get")) {
                assertEquals(0, guest.call(what, 0, 4));
                assertEquals(0, guest.memory().getLong(0), what);
            }
            assertEquals(Errno.BADF, guest.call("fd_prestat_get", 3, 0));
            assertEquals("", guest.read(0));
            assertEquals(0, guest.write(1, "into the void"));
            assertEquals(13, guest.result());
        }
        assertEquals(timeAndChance(), timeAndChance(), "equal runs see equal time and chance");
    }

    private static List<Long> timeAndChance() throws IOException {
        try (var guest = new Guest(Wasi.builder())) {
            assertEquals(0, guest.call("clock_time_get", 0, 1, 0));
            assertEquals(0, guest.call("random_get", 8, 13));
            return List.of(guest.memory().getLong(0), guest.memory().getLong(8), guest.memory().getLong(16));
        }
    }

    @Test
    void argumentsAndEnvironmentAreStringsWithNul() throws IOException {
        try (var guest = new Guest(Wasi.builder().args(List.of("p", "äß")).env("A", "b=c"))) {
            assertEquals(0, guest.call("args_sizes_get", 0, 4));
            assertEquals(2 | 7L << 32, guest.memory().getLong(0));
            assertEquals(0, guest.call("args_get", 16, 64));
            assertEquals(64 | 66L << 32, guest.memory().getLong(16));
            assertEquals("p\0äß\0", guest.text(64, 7));
            assertEquals(0, guest.call("environ_get", 16, 64));
            assertEquals("A=b=c\0", guest.text(64, 6));
            assertThrows(Trap.class, () -> guest.call("args_get", 65_533, 64));
        }
        assertThrows(IllegalArgumentException.class, () -> Wasi.builder().env("A=B", "c"));
        assertThrows(IllegalArgumentException.class, () -> Wasi.builder().args(List.of("a\0b")));
    }

    @Test
    void clocks() throws IOException {
        var clock = new Steps();
        try (var guest = new Guest(Wasi.builder().clock(clock))) {
            assertEquals(0, guest.call("clock_res_get", 1, 0));
            assertEquals(7, guest.memory().getLong(0));
            clock.now = 4_000;
            long[] expected = {5_004_000, 4_000, 3_000, 3_000};
            for (int id = 0; id < 4; id++) {
                assertEquals(0, guest.call("clock_time_get", id, 0, 0));
                assertEquals(expected[id], guest.memory().getLong(0));
            }
            assertEquals(Errno.INVAL, guest.call("clock_time_get", 4, 0, 0));
            assertEquals(Errno.INVAL, guest.call("clock_res_get", -1, 0));
            assertThrows(Trap.class, () -> guest.call("clock_time_get", 0, 0, 65_529));
        }
    }

    @Test
    void randomFillsExactlyTheRange() throws IOException {
        try (var guest = new Guest(Wasi.builder().random(new SplittableRandom(5)))) {
            assertEquals(0, guest.call("random_get", 100, 11));
            assertNotEquals(0, guest.memory().getLong(100));
            assertEquals(0, guest.memory().getByte(111));
            assertEquals(0, guest.memory().getByte(99));
            assertEquals(0, guest.call("random_get", 65_536, 0));
            assertThrows(Trap.class, () -> guest.call("random_get", 65_530, 7));
            assertThrows(Trap.class, () -> guest.call("random_get", 0, -1));
        }
    }

    private static void subscribe(Guest guest, int at, long userdata, int tag, int id, long timeout, int flags) {
        guest.memory().putLong(at, userdata);
        guest.memory().putLong(at + 8, tag);
        guest.memory().putLong(at + 16, id);
        guest.memory().putLong(at + 24, timeout);
        guest.memory().putLong(at + 40, flags);
    }

    @Test
    void pollSleepsUntilTheFirstDeadline() throws IOException {
        var clock = new Steps();
        try (var guest = new Guest(Wasi.builder().clock(clock))) {
            subscribe(guest, 512, 11, 0, 1, 500, 0);
            subscribe(guest, 560, 12, 0, 1, 1_200, 1);
            subscribe(guest, 608, 13, 0, 0, 5_001_200, 1);
            assertEquals(0, guest.call("poll_oneoff", 512, 1024, 3, 0));
            assertEquals(1_200, clock.now);
            assertEquals(2, guest.result());
            assertEquals(12, guest.memory().getLong(1024));
            assertEquals(0, guest.memory().getLong(1032));
            assertEquals(13, guest.memory().getLong(1056));
            clock.interrupted = true;
            assertEquals(Errno.INTR, guest.call("poll_oneoff", 512, 1024, 1, 0));
            assertTrue(Thread.interrupted());
        }
    }

    /** Suspended, the guest waits no less than asleep, and hears of the same deadlines; a snapshot has no clock, so it waits anew. */
    @Test
    void pollIsSuspendedUntilTheFirstDeadline() throws IOException {
        var clock = new Steps();
        clock.parks = true;
        try (var guest = new Guest(Wasi.builder().clock(clock)); var other = new Guest(Wasi.builder().clock(clock))) {
            subscribe(guest, 512, 11, 0, 1, 100, 0);
            subscribe(guest, 560, 12, 0, 1, 1_150, 1);
            Call call = guest.start("poll_oneoff", 512, 1024, 2, 0);
            byte[] snapshot = guest.snapshot();
            subscribe(guest, 608, 13, 0, 1, 10, 0);
            assertEquals(0, guest.call("poll_oneoff", 608, 2048, 1, 0), "a call beside the suspended one sleeps");
            assertEquals(1_010, clock.now);
            clock.now = 1_060;
            assertEquals(Progress.WAITING, call.resume(), "too early");
            clock.now = 1_100;
            assertEquals(Progress.FINISHED, call.resume());
            assertEquals(1, guest.result());
            assertEquals(11, guest.memory().getLong(1024));

            Call again = other.restore(snapshot);
            assertEquals(Progress.WAITING, again.resume());
            clock.now = 1_150;
            assertEquals(Progress.FINISHED, again.resume());
            assertEquals(1, other.result());
            assertEquals(12, other.memory().getLong(1024));
        }
    }

    @Test
    void pollAnswersForDescriptorsAtOnce() throws IOException {
        var clock = new Steps();
        try (var guest = new Guest(Wasi.builder().clock(clock).stdin(new ByteArrayInputStream(new byte[5])))) {
            subscribe(guest, 512, 1, 0, 1, 500, 0);
            subscribe(guest, 560, 2, 1, 0, 0, 0);
            subscribe(guest, 608, 3, 2, 99, 0, 0);
            subscribe(guest, 656, 4, 9, 0, 0, 0);
            assertEquals(0, guest.call("poll_oneoff", 512, 1024, 4, 0));
            assertEquals(1_000, clock.now);
            assertEquals(3, guest.result());
            assertEquals(1 << 16, guest.memory().getLong(1032));
            assertEquals(5, guest.memory().getLong(1040));
            assertEquals(Errno.BADF | 2 << 16, guest.memory().getLong(1064));
            assertEquals(Errno.INVAL | 9 << 16, guest.memory().getLong(1096));
            assertEquals(Errno.INVAL, guest.call("poll_oneoff", 512, 1024, 0, 0));
            assertEquals(Errno.INVAL, guest.call("poll_oneoff", 512, 1024, -1, 0));
            assertThrows(Trap.class, () -> guest.call("poll_oneoff", 65_500, 1024, 1, 0));
        }
    }

    @Test
    void theEndOfAProcess() throws IOException {
        try (var guest = new Guest(Wasi.builder())) {
            assertEquals(300, assertThrows(ProcExit.class, () -> guest.call("proc_exit", 300)).code());
            assertEquals(0, guest.call("proc_raise", 0));
            assertEquals(0, guest.call("proc_raise", 16));
            assertEquals(134, assertThrows(ProcExit.class, () -> guest.call("proc_raise", 6)).code());
            assertEquals(Errno.INVAL, guest.call("proc_raise", 31));
            assertEquals(0, guest.call("sched_yield"));
        }
    }

    @Test
    void streams() throws IOException {
        var out = new ByteArrayOutputStream();
        var in = new ByteArrayInputStream("typed".getBytes(StandardCharsets.UTF_8));
        try (var guest = new Guest(Wasi.builder().stdin(in).stdout(out)); var piped = new Guest(Wasi.builder().stdoutInBlocks())) {
            assertEquals("typed", guest.read(0));
            assertEquals(0, guest.write(1, "shown"));
            assertEquals("shown", out.toString(StandardCharsets.UTF_8));
            assertEquals(Errno.NOTCAPABLE, guest.write(0, "x"));
            assertEquals("errno " + Errno.NOTCAPABLE, guest.read(1));
            assertEquals(Errno.SPIPE, guest.call("fd_seek", 1, 0, 0, 0));
            assertEquals(Errno.SPIPE, guest.call("fd_tell", 1, 0));
            assertEquals(Errno.SPIPE, guest.call("fd_pread", 0, 64, 0, 0, 0));
            assertEquals(Errno.INVAL, guest.call("fd_sync", 1));
            assertEquals(0, guest.call("fd_fdstat_get", 1, 0));
            assertEquals(Filetype.CHARACTER_DEVICE, guest.memory().getByte(0));
            assertEquals(0, piped.call("fd_fdstat_get", 1, 0));
            assertEquals(Filetype.UNKNOWN, piped.memory().getByte(0));
            assertEquals(Errno.NOTDIR, guest.path("path_unlink_file", Guest.at(1), "x"));
            for (String call : List.of("sock_shutdown", "sock_accept", "sock_recv", "sock_send")) {
                long[] arguments = {1, 1, 0, 0, 0, 0};
                int count = switch (call) {
                    case "sock_shutdown" -> 2;
                    case "sock_accept" -> 3;
                    case "sock_send" -> 5;
                    default -> 6;
                };
                assertEquals(Errno.NOTSOCK, guest.call(call, java.util.Arrays.copyOf(arguments, count)), call);
                arguments[0] = 44;
                assertEquals(Errno.BADF, guest.call(call, java.util.Arrays.copyOf(arguments, count)), call);
            }
            assertEquals(0, guest.call("fd_close", 1));
            assertEquals(Errno.BADF, guest.call("fd_close", 1));
            assertEquals(Errno.BADF, guest.write(1, "x"));
        }
    }
}
