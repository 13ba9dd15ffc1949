package dev.thimble.hal.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.simulated.Pin;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import dev.thimble.hal.simulated.chip.Bme280;
import dev.thimble.hal.simulated.chip.SpiChip;
import dev.thimble.wasm.api.FunctionType;
import dev.thimble.wasm.api.ImportType;
import dev.thimble.wasm.api.NumberType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every host import against the simulated board, through real guest memory. */
class HostImportsTest {
    private static final String GRANTS = """
        [module.m.quotas]
        storage-bytes = 64
        storage-writes-per-hour = 4
        log-lines-per-minute = 3
        metrics-per-minute = 2
        [[module.m.device]]
        alias = "led"
        kind = "gpio"
        line = "pin11"
        modes = ["out"]
        safe = "inactive"
        [[module.m.device]]
        alias = "button"
        kind = "gpio"
        line = "GPIO27"
        modes = ["in"]
        [[module.m.device]]
        alias = "bus"
        kind = "i2c"
        bus = "i2c1"
        addresses = [0x76, 0x77]
        [[module.m.device]]
        alias = "fan"
        kind = "pwm"
        bus = "pwm18"
        [[module.m.device]]
        alias = "gps"
        kind = "uart"
        bus = "uart0"
        [[module.m.device]]
        alias = "loop"
        kind = "spi"
        bus = "spi0.0"
        [[module.m.publish]]
        topic = "out/+"
        per-minute = 2
        [[module.m.subscribe]]
        filter = "in/#"
        """;

    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
    private final Grant grant = GrantSet.parse(GRANTS, "grants", board.file()).of("m");
    private final Ports ports = new Ports();
    private final Inbox inbox = new Inbox(4, 64, clock, () -> { });
    private final CellResources cell = new CellResources(new SharedInputs(board), inbox, clock);
    private final Guest guest = new Guest(grant, cell, ports.ports(clock));

    private int open(Guest g, String alias, int mode, int flags) {
        return g.call("gpio", "open", g.text(alias), alias.length(), mode, flags);
    }

    @Test
    void gpioDrivesAndReadsLevels() {
        int led = open(guest, "led", 1, 0);
        assertTrue(led > 0);
        Pin pin = board.pin("GPIO17");
        List<Integer> levels = new ArrayList<>();
        pin.listen((p, level, at) -> levels.add(level));
        assertEquals(0, guest.call("gpio", "write", led, 1));
        assertEquals(1, guest.call("gpio", "read", led));
        assertEquals(0, guest.call("gpio", "toggle", led));
        assertEquals(0, guest.call("gpio", "toggle", led));
        assertEquals(List.of(1, 0, 1), levels);
        assertEquals(0, guest.call("gpio", "close", led));
        assertEquals(Errno.CLOSED, guest.call("gpio", "write", led, 1));
        assertEquals(0, pin.level(), "a closed output is at its safe level");
    }

    @Test
    void activeLowInvertsAndInitialLevelDoesNotGlitch() {
        List<Integer> levels = new ArrayList<>();
        board.pin("GPIO17").drive(1);
        board.pin("GPIO17").listen((p, level, at) -> levels.add(level));
        int led = open(guest, "led", 1, 4);
        assertEquals(List.of(), levels, "inactive of an active-low output is high, as the pin already was");
        guest.call("gpio", "write", led, 1);
        assertEquals(List.of(0), levels);
        assertEquals(1, guest.call("gpio", "read", led));
    }

    @Test
    void whatIsNotGrantedIsDenied() {
        assertEquals(Errno.DENIED, open(guest, "relay", 1, 0));
        assertEquals(Errno.DENIED, open(guest, "button", 1, 0), "mode out is not granted");
        assertEquals(Errno.INVALID, open(guest, "led", 3, 0));
        assertEquals(Errno.INVALID, open(guest, "button", 0, 3), "pull 3 does not exist");
        int bus = guest.call("i2c", "open", guest.text("bus"), 3);
        assertEquals(Errno.DENIED, guest.call("i2c", "probe", bus, 0x40));
        assertEquals(Errno.INVALID, guest.call("i2c", "probe", bus, 0x03));
        assertEquals(Errno.CLOSED, guest.call("gpio", "read", bus), "a handle of another kind");
        assertEquals(Errno.DENIED, guest.call("spi", "open", guest.text("bus"), 3, 1000, 0));
        assertEquals(Errno.DENIED, guest.call("mqtt", "publish", guest.text("secret"), 6, 0, 0, 0));
        assertEquals(Errno.DENIED, guest.call("mqtt", "subscribe", guest.text("#"), 1, 0));
    }

    @Test
    void edgesReachTheInboxAndOverflowIsReported() {
        int button = open(guest, "button", 0, 1);
        assertEquals(1, guest.call("gpio", "read", button));
        assertEquals(0, guest.call("gpio", "watch", button, 2, 0));
        Pin pin = board.pin("GPIO27");
        for (int i = 0; i < 6; i++) {
            clock.advance(1000);
            pin.drive(0);
            pin.drive(1);
        }
        for (int i = 1; i <= 4; i++) {
            assertTrue(inbox.peek());
            assertEquals(EventKind.GPIO_EDGE, inbox.kind());
            assertEquals(button, inbox.handle());
            assertEquals(2, inbox.value());
            assertEquals(1000L * i, inbox.nanos());
            inbox.drop();
        }
        assertTrue(inbox.peek());
        assertEquals(EventKind.EVENTS_LOST, inbox.kind());
        assertEquals(2, inbox.value());
        inbox.drop();
        assertFalse(inbox.peek());
        guest.call("gpio", "unwatch", button);
        pin.drive(0);
        assertTrue(inbox.isEmpty());
    }

    @Test
    void i2cReadsRegistersOfAChipAndNamesItsErrors() {
        int bus = guest.call("i2c", "open", guest.text("bus"), 3);
        assertEquals(0, guest.call("i2c", "probe", bus, 0x76));
        guest.memory.putByte(100, 0xD0);
        assertEquals(Errno.NACK_ADDRESS, guest.call("i2c", "write_read", bus, 0x76, 100, 1, 200, 1));
        board.attach("i2c1", new Bme280(0x76, clock));
        assertEquals(1, guest.call("i2c", "probe", bus, 0x76));
        assertEquals(0, guest.call("i2c", "write_read", bus, 0x76, 100, 1, 200, 1));
        assertEquals(0x60, guest.memory.getByte(200));
        assertEquals(0, guest.call("i2c", "write", bus, 0x76, 100, 1));
        assertEquals(0, guest.call("i2c", "read", bus, 0x76, 201, 1));
        assertEquals(0x60, guest.memory.getByte(201));
        int[] ops = {1, 100, 1, 0, 210, 2};
        for (int i = 0; i < ops.length; i++) {
            guest.memory.putInt(300 + 4 * i, ops[i]);
        }
        assertEquals(0, guest.call("i2c", "transaction", bus, 0x76, 300, 2));
        assertEquals(0x60, guest.memory.getByte(210));
        guest.memory.putInt(312 + 4, 65_535);
        assertThrows(IndexOutOfBoundsException.class, () -> guest.call("i2c", "transaction", bus, 0x76, 300, 2));
        board.failI2c("i2c1", Errno.ARBITRATION_LOST, 1);
        assertEquals(Errno.ARBITRATION_LOST, guest.call("i2c", "read", bus, 0x76, 201, 1));
    }

    @Test
    void spiTransfersUnderOneChipSelect() {
        List<String> seen = new ArrayList<>();
        board.attach("spi0.0", new SpiChip() {
            @Override
            public void select() {
                seen.add("select");
            }

            @Override
            public int exchange(int mosi) {
                return mosi ^ 0xFF;
            }

            @Override
            public void deselect() {
                seen.add("deselect");
            }
        });
        int spi = guest.call("spi", "open", guest.text("loop"), 4, 1_000_000, 0);
        guest.memory.putInt(100, 0x04030201);
        assertEquals(0, guest.call("spi", "transfer", spi, 100, 200, 4));
        assertEquals(0xFBFCFDFE, guest.memory.getInt(200));
        int[] ops = {1, 100, 0, 2, 3, 0, 0, 500, 0, 0, 210, 1};
        for (int i = 0; i < ops.length; i++) {
            guest.memory.putInt(300 + 4 * i, ops[i]);
        }
        long before = clock.nanos();
        assertEquals(0, guest.call("spi", "transaction", spi, 300, 3));
        assertEquals(500, clock.nanos() - before);
        assertEquals((byte) 0xFF, (byte) guest.memory.getByte(210));
        assertEquals(List.of("select", "deselect", "select", "deselect"), seen);
    }

    @Test
    void pwmAndUartReachTheWorld() {
        int fan = guest.call("pwm", "open", guest.text("fan"), 3);
        assertEquals(Errno.INVALID, guest.call("pwm", "enable", fan, 1));
        assertEquals(0, guest.call("pwm", "set", fan, 40_000, 10_000));
        assertEquals(Errno.INVALID, guest.call("pwm", "set", fan, 40_000, 40_001));
        assertEquals(0, guest.call("pwm", "enable", fan, 1));
        assertTrue(board.pwm("pwm18").enabled());
        assertEquals(10_000, board.pwm("pwm18").dutyNanos());

        int gps = guest.call("uart", "open", guest.text("gps"), 3, 9600, 0);
        assertEquals(0, guest.call("uart", "watch", gps, 1));
        board.serial("uart0").send("$GPGGA".getBytes());
        assertEquals(6, guest.call("uart", "available", gps));
        assertEquals(6, guest.call("uart", "read", gps, 100, 80));
        assertEquals("$GPGGA", guest.string(100, 6));
        assertEquals(0, guest.call("uart", "read", gps, 100, 80));
        assertTrue(inbox.peek());
        assertEquals(EventKind.UART, inbox.kind());
        assertEquals(6, guest.call("uart", "write", gps, 100, 6));
        assertArrayEquals("$GPGGA".getBytes(), board.serial("uart0").received());
        board.serial("uart0").send(new byte[5000]);
        assertEquals(Errno.OVERRUN, guest.call("uart", "read", gps, 100, 80));
    }

    @Test
    void timersFireInOrderAndWaitDeliversThem() {
        assertEquals(0, guest.call("time", "timer_start", 7, 20, 1));
        assertEquals(0, guest.call("time", "timer_start", 8, 5, 0));
        assertEquals(Errno.AGAIN, guest.call("event", "wait", 100, 64, 0));
        assertEquals(5_000_000, guest.host.nextTimerNanos());
        clock.advance(65_000_000);
        assertEquals(24, guest.call("event", "wait", 100, 64, 0));
        assertEquals(8, guest.memory.getInt(104));
        assertEquals(24, guest.call("event", "wait", 100, 64, 0));
        assertEquals(EventKind.TIMER, guest.memory.getInt(100));
        assertEquals(7, guest.memory.getInt(104));
        assertEquals(3, guest.memory.getInt(108), "three periods in one event");
        assertEquals(80_000_000, guest.host.nextTimerNanos());
        assertEquals(0, guest.call("time", "timer_cancel", 7));
        assertEquals(Errno.NOT_FOUND, guest.call("time", "timer_cancel", 7));
        assertEquals(Errno.INVALID, guest.call("time", "timer_start", 7, 0, 1));
        long before = clock.nanos();
        assertEquals(0, guest.call("time", "delay_us", 250));
        assertEquals(250_000, clock.nanos() - before);
        assertEquals(Errno.INVALID, guest.call("time", "delay_us", 1_000_001));
        guest.call("time", "mono_ns");
        assertEquals(clock.nanos(), guest.wide());
        guest.call("time", "now_ms");
        assertEquals(clock.epochMillis(), guest.wide());
    }

    @Test
    void messagesComeThroughWaitWithTopicAndPayload() {
        int id = guest.call("mqtt", "subscribe", guest.text("in/+"), 4, 1);
        assertEquals(1, id);
        assertEquals(List.of("+1 in/+ q1"), ports.subscriptions);
        inbox.message(id, "in/a".getBytes(), 0, 4, "xyz".getBytes(), 0, 3);
        assertEquals(Errno.TOO_SMALL, guest.call("event", "wait", 100, 30, 0));
        assertEquals(31, guest.call("event", "wait", 100, 64, 0));
        assertEquals(EventKind.MESSAGE, guest.memory.getInt(100));
        assertEquals(4, guest.memory.getInt(112));
        assertEquals("in/axyz", guest.string(124, 7));
        assertEquals(0, guest.call("mqtt", "unsubscribe", id));
        assertEquals(Errno.NOT_FOUND, guest.call("mqtt", "unsubscribe", id));
        assertEquals("-1", ports.subscriptions.get(1));
    }

    @Test
    void publishKeepsItsRate() {
        assertEquals(1, guest.call("mqtt", "state"));
        int topic = guest.text("out/t");
        int payload = guest.text("5");
        assertEquals(0, guest.call("mqtt", "publish", topic, 5, payload, 1, 5));
        assertEquals(0, guest.call("mqtt", "publish", topic, 5, payload, 1, 0));
        assertEquals(Errno.QUOTA, guest.call("mqtt", "publish", topic, 5, payload, 1, 0));
        clock.advance(30_000_000_000L);
        assertEquals(0, guest.call("mqtt", "publish", topic, 5, payload, 1, 0));
        assertEquals(List.of("out/t=5 q1 retained", "out/t=5 q0", "out/t=5 q0"), ports.published);
        assertEquals(Errno.INVALID, guest.call("mqtt", "publish", guest.text("out/+"), 5, 0, 0, 0));
        assertEquals(Errno.INVALID, guest.call("mqtt", "publish", topic, 5, payload, 1, 3));
    }

    @Test
    void storageHasQuotasInBytesAndWrites() {
        int key = guest.text("k1");
        int value = guest.text("0123456789".repeat(7));
        assertEquals(Errno.NOT_FOUND, guest.call("kv", "get", key, 2, 100, 64));
        assertEquals(Errno.QUOTA, guest.call("kv", "put", key, 2, value, 63));
        assertEquals(0, guest.call("kv", "put", key, 2, value, 62));
        assertEquals(0, guest.call("kv", "put", key, 2, value, 60), "a replaced value makes room first");
        assertEquals(60, guest.call("kv", "size", key, 2));
        assertEquals(Errno.TOO_SMALL, guest.call("kv", "get", key, 2, 100, 10));
        assertEquals(60, guest.call("kv", "get", key, 2, 100, 64));
        assertEquals(4, guest.call("kv", "list", key, 1, 200, 64));
        assertEquals("k1", guest.string(202, 2));
        assertEquals(0, guest.call("kv", "remove", key, 2));
        assertEquals(0, guest.call("kv", "put", key, 2, value, 1));
        assertEquals(Errno.QUOTA, guest.call("kv", "put", key, 2, value, 1), "four writes an hour");
        assertEquals(Errno.INVALID, guest.call("kv", "put", key, 0, value, 1));
    }

    @Test
    void logMetricConfigRandomAbi() {
        int text = guest.text("hello");
        assertEquals(0, guest.call("log", "write", 2, text, 5));
        assertEquals(Errno.INVALID, guest.call("log", "write", 9, text, 5));
        guest.call("log", "write", 2, text, 5);
        guest.call("log", "write", 2, text, 5);
        assertEquals(Errno.QUOTA, guest.call("log", "write", 2, text, 5));
        assertEquals(List.of("2 hello", "2 hello", "2 hello"), ports.lines);
        assertEquals(0, guest.call("sys", "metric", text, 5, -7));
        assertEquals(-7L, ports.metrics.get("hello"));
        assertEquals(3, guest.call("sys", "config", guest.text("interval"), 8, 100, 8));
        assertEquals("250", guest.string(100, 3));
        assertEquals(Errno.TOO_SMALL, guest.call("sys", "config", guest.text("interval"), 8, 100, 2));
        assertEquals(Errno.NOT_FOUND, guest.call("sys", "config", guest.text("other"), 5, 100, 2));
        assertEquals(0, guest.call("sys", "random", 100, 4));
        assertEquals(0x5A5A5A5A, guest.memory.getInt(100));
        assertEquals(1, guest.call("sys", "abi"));
    }

    @Test
    void boardErrorsReachTheModuleAsCodesAndTheOperatorAsText() {
        board.refuse("GPIO17", Errno.BUSY);
        assertEquals(Errno.BUSY, open(guest, "led", 1, 0));
        assertTrue(ports.lines.getFirst().contains("GPIO17"), ports.lines.toString());
    }

    @Test
    void tinyGoNumbersMeanLinesAndBuses() {
        board.attach("i2c1", new Bme280(0x76, clock));
        guest.call("env", "__tinygo_gpio_configure", 17, 1);
        guest.call("env", "__tinygo_gpio_set", 17, 1);
        assertEquals(1, board.pin("GPIO17").level());
        guest.call("env", "__tinygo_gpio_configure", 27, 2);
        assertEquals(1, guest.call("env", "__tinygo_gpio_get", 27), "pulled up");
        guest.call("env", "__tinygo_gpio_set", 22, 1);
        assertEquals(0, board.pin("GPIO22").level(), "not granted");
        guest.memory.putByte(100, 0xD0);
        assertEquals(0, guest.call("env", "__tinygo_i2c_transfer", 0, 0x76, 100, 1, 200, 1));
        assertEquals(0x60, guest.memory.getByte(200));
        assertEquals(1, guest.call("env", "__tinygo_i2c_transfer", 0, 0x77, 100, 1, 200, 1), "errI2CNoDevices");
        assertEquals(0xFF, guest.call("env", "__tinygo_spi_transfer", 0, 0x12), "nothing there: MISO floats high");
        assertEquals(0, guest.call("env", "__tinygo_spi_tx", 0, 100, 4, 200, 2));
        board.serial("uart0").send("ok".getBytes());
        assertEquals(2, guest.call("env", "__tinygo_uart_read", 0, 100, 8));
        assertEquals(2, guest.call("env", "__tinygo_uart_write", 0, 100, 2));
    }

    @Test
    void problemsNameEveryImportThatDoesNotFit() {
        var i32 = NumberType.I32;
        List<String> problems = HostImports.problems(List.of(
            new ImportType("thimble:gpio/1", "read", FunctionType.of(i32).returning(i32)),
            new ImportType("thimble:gpio/1", "read", FunctionType.of(i32)),
            new ImportType("thimble:gpio/2", "read", FunctionType.of(i32)),
            new ImportType("thimble:gpio/1", "fly", FunctionType.of(i32)),
            new ImportType("thimble:radio/1", "send", FunctionType.of()),
            new ImportType("wasi_snapshot_preview1", "fd_fly", FunctionType.of()),
            new ImportType("env", "memory_copy", FunctionType.of())));
        assertEquals(List.of("thimble:gpio/1 read: wanted as (i32) -> (), offered as (i32) -> (i32)",
            "thimble:gpio/2 read: offered is version 1", "thimble:gpio/1 fly: no such function",
            "thimble:radio/1 send: no such import module", "wasi_snapshot_preview1 fd_fly: no such function"), problems);
    }

    /** The table of the ABI document, by area and number of functions: a new import must be added there too. */
    @Test
    void offersExactlyAbi1() {
        List<ImportType> types = HostImports.modules().stream().flatMap(m -> HostImports.types(m).stream()).toList();
        assertEquals(7 + 6 + 3 + 3 + 5 + 3 + 2 + 5 + 1 + 1 + 5 + 4 + 4,
            types.stream().filter(t -> t.module().startsWith("thimble:")).count());
        assertEquals(46, types.stream().filter(t -> t.module().startsWith("wasi")).count());
        assertEquals(types.size(), types.stream().distinct().count());
    }
}
