package dev.thimble.hal.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import dev.thimble.hal.simulated.chip.I2cChip;
import dev.thimble.hal.simulated.chip.SpiChip;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every pointer that a module can pass, in parameters and inside operations of transactions: one byte too far traps, before
 * anything happens on a bus or a port; the last byte that exists is allowed.
 */
class SpanTest {
    private static final int PAGE = 65_536;
    private static final int OPS = 512;
    private static final int CHIP = 0x50;

    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
    private final Ports ports = new Ports();
    private final Guest guest = new Guest(GrantSet.parse("""
        [[module.m.device]]
        alias = "bus"
        kind = "i2c"
        bus = "i2c1"
        addresses = [0x50]
        [[module.m.device]]
        alias = "loop"
        kind = "spi"
        bus = "spi0.0"
        """, "grants", board.file()).of("m"),
        new CellResources(new SharedInputs(board), new Inbox(4, 64, clock, () -> { }), clock), ports.ports(clock));
    private int busBytes;

    @BeforeEach
    void attach() {
        board.attach("i2c1", new I2cChip() {
            @Override
            public boolean select(int address, boolean read) {
                return address == CHIP;
            }

            @Override
            public boolean write(int value) {
                busBytes++;
                return true;
            }

            @Override
            public int read() {
                return busBytes++;
            }
        });
        board.attach("spi0.0", new SpiChip() {
            @Override
            public void select() { }

            @Override
            public int exchange(int mosi) {
                busBytes++;
                return mosi;
            }
        });
    }

    @TestFactory
    List<DynamicTest> everyParameter() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Import i : HostImports.all()) {
            int argument = 0;
            for (Parameter p : i.parameters()) {
                int at = argument;
                if (p.size != 0) {
                    tests.add(DynamicTest.dynamicTest(i.module() + " " + i.name() + " parameter " + at,
                        () -> checkParameter(i, p, at)));
                }
                argument += p.width;
            }
        }
        assertEquals(43, tests.size(), "pointers");
        return tests;
    }

    private void checkParameter(Import i, Parameter p, int at) {
        long[] arguments = new long[8];
        arguments[at] = PAGE - p.size + 1;
        if (p.width == 2) {
            arguments[at + 1] = 1;
        }
        assertThrows(IndexOutOfBoundsException.class, () -> call(i, arguments));
        arguments[at] = 0xFFFF_FFFFL;
        assertThrows(IndexOutOfBoundsException.class, () -> call(i, arguments));
        if (p.width == 2) {
            arguments[at] = 0;
            arguments[at + 1] = 0xFFFF_FFFFL;
            assertThrows(IndexOutOfBoundsException.class, () -> call(i, arguments));
            arguments[at] = PAGE;
            arguments[at + 1] = 0;
            call(i, arguments);
        }
        assertEquals(List.of(), ports.published);
        assertEquals(0, busBytes);
    }

    private int call(Import i, long[] a) {
        return guest.call(i.bind(guest.host), a[0], a[1], a[2], a[3], a[4], a[5]);
    }

    @Test
    void spiTransferChecksBothPointers() {
        int spi = guest.call("spi", "open", guest.text("loop"), 4, 1_000_000, 0);
        assertThrows(IndexOutOfBoundsException.class, () -> guest.call("spi", "transfer", spi, PAGE - 1, 0, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> guest.call("spi", "transfer", spi, 0, PAGE - 1, 2));
        assertEquals(0, busBytes);
        assertEquals(0, guest.call("spi", "transfer", spi, PAGE - 2, 0, 2));
    }

    /** Kind, then which words are a pointer and its length; as the first of three operations and as the last. */
    private Stream<DynamicTest> everyOperation(String area, int handle, int words, int[][] kinds, int length) {
        List<DynamicTest> tests = new ArrayList<>();
        for (int[] kind : kinds) {
            for (int place : new int[] {0, 2}) {
                tests.add(DynamicTest.dynamicTest(area + " kind " + kind[0] + " word " + kind[1] + " of operation " + place,
                    () -> checkOperation(area, handle, words, kind[0], place, kind[1], length)));
            }
        }
        return tests.stream();
    }

    private void checkOperation(String area, int handle, int words, int kind, int place, int pointer, int length) {
        busBytes = 0;
        assertThrows(IndexOutOfBoundsException.class, () -> transaction(area, handle, words, kind, place, pointer, PAGE - 3, length, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> transaction(area, handle, words, kind, place, pointer, -1, length, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> transaction(area, handle, words, kind, place, pointer, 8, length, -1));
        assertEquals(0, busBytes, "nothing reached the bus");
        assertEquals(0, transaction(area, handle, words, kind, place, pointer, PAGE - 4, length, 4));
    }

    /** Three operations that are sound but for one pointer and its length. */
    private int transaction(String area, int handle, int words, int kind, int place, int pointerWord, int at, int lengthWord, int count) {
        for (int op = 0; op < 3; op++) {
            int base = OPS + 4 * words * op;
            for (int word = 0; word < words; word++) {
                guest.memory.putInt(base + 4 * word, word == 0 ? kind : word == lengthWord ? 1 : 0);
            }
        }
        guest.memory.putInt(OPS + 4 * (words * place + pointerWord), at);
        guest.memory.putInt(OPS + 4 * (words * place + lengthWord), count);
        return area.equals("i2c") ? guest.call(area, "transaction", handle, CHIP, OPS, 3)
            : guest.call(area, "transaction", handle, OPS, 3);
    }

    @TestFactory
    Stream<DynamicTest> everyPointerInsideOfATransaction() {
        int i2c = guest.call("i2c", "open", guest.text("bus"), 3);
        int spi = guest.call("spi", "open", guest.text("loop"), 4, 1_000_000, 0);
        return Stream.concat(
            everyOperation("i2c", i2c, 3, new int[][] {{I2cBus.READ, 1}, {I2cBus.WRITE, 1}}, 2),
            everyOperation("spi", spi, 4, new int[][] {{SpiDevice.READ, 2}, {SpiDevice.WRITE, 1}, {SpiDevice.TRANSFER, 1},
                {SpiDevice.TRANSFER, 2}}, 3));
    }
}
