package dev.thimble.hal.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.simulated.Pin;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import dev.thimble.hal.simulated.chip.Bme280;
import dev.thimble.wasm.api.HostFunction;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** In steady state no host import and no edge allocates on the Java heap. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 2_000;

    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
    private final Ports ports = new Ports();
    private final Inbox inbox = new Inbox(64, 4096, clock, () -> { });
    private final Grant grant = GrantSet.parse("""
        [m.quotas]
        log-lines-per-minute = 1_000_000
        metrics-per-minute = 1_000_000
        [[m.device]]
        alias = "led"
        kind = "gpio"
        line = "GPIO17"
        modes = ["out"]
        [[m.device]]
        alias = "button"
        kind = "gpio"
        line = "GPIO27"
        modes = ["in"]
        [[m.device]]
        alias = "bus"
        kind = "i2c"
        bus = "i2c1"
        addresses = [0x76]
        [[m.device]]
        alias = "spi"
        kind = "spi"
        bus = "spi0.0"
        [[m.device]]
        alias = "fan"
        kind = "pwm"
        bus = "pwm18"
        [[m.device]]
        alias = "gps"
        kind = "uart"
        bus = "uart0"
        [[m.publish]]
        topic = "out/#"
        """.replace("[m.", "[module.m."), "grants", board.file()).of("m");
    private final Guest guest = new Guest(grant,
        new CellResources(new SharedInputs(through(board)), inbox, clock), ports.ports(clock));

    /** The board as host imports see it. */
    Board through(SimulatedBoard simulated) {
        return simulated;
    }

    private void assertNoAllocation(String what, Runnable round) {
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 10 && least > 0; attempt++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                round.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        // Asking for the figure may itself allocate a little; a round that allocates shows at least 16 bytes times rounds.
        assertTrue(least < ROUNDS, what + ": " + least + " bytes in " + ROUNDS + " rounds");
    }

    private void assertNoAllocation(String area, String name, long a, long b, long c, long d, long e, long f,
                                    int expected) {
        HostFunction function = guest.function(area, name);
        assertEquals(expected, guest.call(function, a, b, c, d, e, f), area + " " + name);
        assertNoAllocation(area + " " + name, () -> guest.call(function, a, b, c, d, e, f));
    }

    @Test
    void hostCallsAllocateNothing() {
        ports.quiet = true;
        board.attach("i2c1", new Bme280(0x76, clock));
        int led = guest.call("gpio", "open", guest.text("led"), 3, 1, 0);
        int button = guest.call("gpio", "open", guest.text("button"), 6, 0, 0);
        int bus = guest.call("i2c", "open", guest.text("bus"), 3);
        int spi = guest.call("spi", "open", guest.text("spi"), 3, 1_000_000, 0);
        int fan = guest.call("pwm", "open", guest.text("fan"), 3);
        int gps = guest.call("uart", "open", guest.text("gps"), 3, 9600, 0);
        guest.memory.putByte(100, 0xF7);
        int[] ops = {1, 100, 1, 0, 210, 8};
        for (int i = 0; i < ops.length; i++) {
            guest.memory.putInt(300 + 4 * i, ops[i]);
        }
        int topic = guest.text("out/temperature");
        int payload = guest.text("{\"t\":21.5}");

        assertNoAllocation("gpio", "write", led, 1, 0, 0, 0, 0, 0);
        assertNoAllocation("gpio", "toggle", led, 0, 0, 0, 0, 0, 0);
        assertNoAllocation("gpio", "read", button, 0, 0, 0, 0, 0, 0);
        assertNoAllocation("i2c", "write_read", bus, 0x76, 100, 1, 200, 8, 0);
        assertNoAllocation("i2c", "read", bus, 0x76, 200, 8, 0, 0, 0);
        assertNoAllocation("i2c", "write", bus, 0x76, 100, 1, 0, 0, 0);
        assertNoAllocation("i2c", "transaction", bus, 0x76, 300, 2, 0, 0, 0);
        assertNoAllocation("i2c", "probe", bus, 0x76, 0, 0, 0, 0, 1);
        assertNoAllocation("spi", "transfer", spi, 200, 200, 16, 0, 0, 0);
        assertNoAllocation("env", "__tinygo_spi_tx", 0, 100, 8, 200, 4, 0, 0);
        assertNoAllocation("env", "__tinygo_i2c_transfer", 0, 0x76, 100, 1, 200, 8, 0);
        assertNoAllocation("env", "__tinygo_gpio_set", 17, 1, 0, 0, 0, 0, 17);
        assertNoAllocation("pwm", "set", fan, 20_000, 500, 0, 0, 0, 0);
        assertNoAllocation("pwm", "enable", fan, 1, 0, 0, 0, 0, 0);
        assertNoAllocation("uart", "read", gps, 200, 8, 0, 0, 0, 0);
        assertNoAllocation("time", "now_ms", 0, 0, 0, 0, 0, 0, (int) clock.epochMillis());
        assertNoAllocation("time", "timer_start", 1, 1000, 1, 0, 0, 0, 0);
        assertNoAllocation("mqtt", "publish", topic, 15, payload, 10, 0, 0, 0);
        assertNoAllocation("sys", "config", guest.text("interval"), 8, 200, 8, 0, 0, 3);
        assertNoAllocation("sys", "random", 200, 8, 0, 0, 0, 0, 0);
        clock.advance(60_000_000_000L);
        assertNoAllocation("log", "write", 2, payload, 10, 0, 0, 0, 0);
        assertNoAllocation("sys", "metric", topic, 3, 5, 0, 0, 0, 0);
    }

    @Test
    void anEdgeToAModuleAndAReplyAllocateNothing() {
        int led = guest.call("gpio", "open", guest.text("led"), 3, 1, 0);
        int button = guest.call("gpio", "open", guest.text("button"), 6, 0, 0);
        assertEquals(0, guest.call("gpio", "watch", button, 3, 0));
        HostFunction wait = guest.function("event", "wait");
        HostFunction write = guest.function("gpio", "write");
        Pin in = board.pin("GPIO27");
        Pin out = board.pin("GPIO17");
        assertNoAllocation("edge", () -> {
            in.drive(1 - in.level());
            int length = guest.call(wait, 400, 64, 0, 0, 0, 0);
            guest.call(write, led, guest.memory.getInt(408) & 1, 0, 0, 0, 0);
            if (length != 24 || out.level() != in.level()) {
                throw new AssertionError("length " + length + ", " + in.level() + " in, " + out.level() + " out");
            }
        });
    }

    @Test
    void messagesAllocateNothing() {
        byte[] topic = "in/a".getBytes();
        byte[] payload = new byte[700];
        assertNoAllocation("message", () -> {
            inbox.message(1, topic, 0, topic.length, payload, 0, payload.length);
            inbox.peek();
            inbox.copyMessage(guest.memory.array(), 2000);
            inbox.drop();
        });
    }
}
