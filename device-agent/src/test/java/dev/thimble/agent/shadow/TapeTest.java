package dev.thimble.agent.shadow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.port.FileKeyValueStore;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.SpiDevice;
import dev.thimble.hal.board.SpiRequest;
import dev.thimble.hal.board.Uart;
import dev.thimble.hal.board.UartRequest;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import dev.thimble.hal.simulated.chip.Bme280;
import dev.thimble.hal.simulated.chip.Mcp3008;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shadow is told is what the real devices said, and what it does stays on the tape. */
class TapeTest {
    private static final int BME280 = 0x76;
    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
    private final Tape tape = new Tape();
    private final TapedBoard real = TapedBoard.over(board, tape);
    private final TapedBoard mirror = real.mirror();

    private static String outputs(List<Tape.Output> outputs) {
        return String.join(" ", outputs.stream().map(o -> o.what() + "=" + new String(o.bytes(), StandardCharsets.ISO_8859_1)).toList());
    }

    @Test
    void aRegisterThatWasReadLongAgoIsAnsweredAndOneThatNeverWasIsNot() {
        board.attach("i2c1", new Bme280(BME280, clock));
        byte[] id = new byte[1];
        I2cBus bus = real.openI2c("i2c1");
        assertEquals(Errno.OK, bus.writeRead(BME280, new byte[] {(byte) 0xD0}, 0, 1, id, 0, 1));
        tape.begin();
        byte[] seen = new byte[1];
        I2cBus shadow = mirror.openI2c("i2c1");
        assertEquals(Errno.OK, shadow.writeRead(BME280, new byte[] {(byte) 0xD0}, 0, 1, seen, 0, 1));
        assertArrayEquals(id, seen);
        assertEquals(0x60, seen[0], "the chip's own number");
        assertEquals(0, tape.unanswered());
        assertEquals(Errno.AGAIN, shadow.writeRead(BME280, new byte[] {(byte) 0xD1}, 0, 1, seen, 0, 1));
        assertEquals(Errno.AGAIN, shadow.writeRead(0x77, new byte[] {(byte) 0xD0}, 0, 1, seen, 0, 1));
        assertEquals(2, tape.unanswered());
        assertEquals(Errno.NACK_ADDRESS, bus.read(0x20, seen, 0, 1));
        assertEquals(Errno.NACK_ADDRESS, shadow.read(0x20, seen, 0, 1), "a chip that is not there is not there in shadow");
    }

    @Test
    void withinAnEventAnswersComeInTheirOrder() {
        GpioLine line = real.openLine(LineRequest.input("GPIO22", LineRequest.Bias.AS_IS));
        GpioLine shadow = mirror.openLine(LineRequest.input("GPIO22", LineRequest.Bias.AS_IS));
        tape.begin();
        tape.record(true);
        for (int level : new int[] {1, 0, 1}) {
            board.pin("GPIO22").drive(level);
            assertEquals(level, line.read());
        }
        tape.record(false);
        board.pin("GPIO22").drive(0);
        line.read();
        assertEquals(1, shadow.read());
        assertEquals(0, shadow.read());
        assertEquals(1, shadow.read());
        assertEquals(1, shadow.read(), "the last of the event, not what came after it");
        tape.begin();
        assertEquals(0, shadow.read());
    }

    @Test
    void aShadowDrivesNothingAndOutputsAreNotedOnBothSides() {
        LineRequest request = LineRequest.output("GPIO17", false);
        GpioLine line = real.openLine(request);
        GpioLine shadow = mirror.openLine(request);
        line.write(1);
        tape.begin();
        tape.record(true);
        line.write(0);
        tape.record(false);
        shadow.write(1);
        assertEquals(1, shadow.read());
        assertEquals(0, board.pin("GPIO17").level());
        assertEquals("GPIO17=0", outputs(tape.real()));
        assertEquals("GPIO17=1", outputs(tape.shadow()));
        assertEquals(Errno.INVALID, mirror.openLine(LineRequest.input("GPIO22", LineRequest.Bias.AS_IS)).write(1));
        tape.begin();
        assertTrue(tape.real().isEmpty() && tape.shadow().isEmpty());
    }

    @Test
    void serialBytesAreThereOnce() {
        UartRequest request = new UartRequest("uart0", 9600, 8, UartRequest.Parity.NONE, 1);
        Uart uart = real.openUart(request);
        Uart shadow = mirror.openUart(request);
        board.serial("uart0").send("hello".getBytes(StandardCharsets.US_ASCII));
        byte[] buffer = new byte[16];
        tape.begin();
        tape.record(true);
        assertEquals(5, uart.read(buffer, 0, 16));
        assertEquals(0, uart.read(buffer, 0, 16));
        tape.record(false);
        byte[] seen = new byte[16];
        assertEquals(5, shadow.read(seen, 0, 16));
        assertEquals("hello", new String(seen, 0, 5, StandardCharsets.US_ASCII));
        assertEquals(0, shadow.read(seen, 0, 16));
        assertEquals(0, shadow.read(seen, 0, 16));
        assertEquals(2, shadow.write("ok".getBytes(StandardCharsets.US_ASCII), 0, 2));
        assertEquals("uart0=ok", outputs(tape.shadow()).replaceAll("^[^=]*", "uart0"));
    }

    @Test
    void spiAnswersByWhatWasSent() {
        Mcp3008 converter = new Mcp3008(3.3, clock);
        converter.input(0, dev.thimble.hal.simulated.chip.Signal.constant(1.65));
        board.attach("spi0.0", converter);
        SpiRequest request = new SpiRequest("spi0.0", 1_000_000, 0);
        byte[] channel0 = {1, (byte) 0x80, 0};
        byte[] received = new byte[3];
        assertEquals(Errno.OK, real.openSpi(request).transfer(channel0, 0, received, 0, 3));
        byte[] seen = new byte[3];
        SpiDevice shadow = mirror.openSpi(request);
        assertEquals(Errno.OK, shadow.transfer(channel0, 0, seen, 0, 3));
        assertArrayEquals(received, seen);
        assertTrue((received[1] & 3) == 2 || (received[1] & 3) == 1 && received[2] == -1, "half of the range: " + received[1]);
        assertEquals(Errno.AGAIN, shadow.transfer(new byte[] {1, (byte) 0x90, 0}, 0, seen, 0, 3));
    }

    @Test
    void moreQuestionsThanFitAreAskedInVainAndHarmNothing() {
        board.attach("i2c1", new Bme280(BME280, clock));
        I2cBus bus = real.openI2c("i2c1");
        byte[] into = new byte[200];
        for (int length = 1; length <= 200; length++) {
            for (int register = 0; register < 4; register++) {
                bus.writeRead(BME280, new byte[] {(byte) (0x88 + register)}, 0, 1, into, 0, length);
            }
        }
        long before = tape.unanswered();
        I2cBus shadow = mirror.openI2c("i2c1");
        for (int length = 1; length <= 200; length++) {
            for (int register = 0; register < 4; register++) {
                shadow.writeRead(BME280, new byte[] {(byte) (0x88 + register)}, 0, 1, into, 0, length);
            }
        }
        assertEquals(800 - Tape.MAX_ANSWERS, tape.unanswered() - before);
    }

    @Test
    void aCopiedStoreKeepsItsChangesToItself(@TempDir Path folder) throws Exception {
        byte[] data = "alpha/beta".getBytes(StandardCharsets.US_ASCII);
        try (FileKeyValueStore store = FileKeyValueStore.open(folder.resolve("kv"))) {
            for (int i = 0; i < 40; i++) {
                byte[] key = ("k" + i).getBytes(StandardCharsets.US_ASCII);
                store.put(key, 0, key.length, data, 0, i % data.length);
            }
            CopiedStore copy = new CopiedStore(store);
            byte[] expected = new byte[1024];
            byte[] actual = new byte[1024];
            assertEquals(store.usedBytes(), copy.usedBytes());
            assertEquals(store.list(data, 0, 0, expected, 0, 1024), copy.list(data, 0, 0, actual, 0, 1024));
            assertArrayEquals(expected, actual);
            assertEquals(store.list("k1".getBytes(), 0, 2, expected, 0, 1024), copy.list("k1".getBytes(), 0, 2, actual, 0, 1024));
            assertArrayEquals(expected, actual);
            copy.put(data, 0, 5, data, 6, 4);
            assertEquals(Errno.OK, copy.remove("k7".getBytes(), 0, 2));
            assertEquals(4, copy.get(data, 0, 5, actual, 0, 1024));
            assertEquals(Errno.TOO_SMALL, copy.get(data, 0, 5, actual, 0, 3));
            assertEquals(Errno.NOT_FOUND, copy.size("k7".getBytes(), 0, 2));
            assertEquals(Errno.NOT_FOUND, store.size(data, 0, 5));
            assertEquals(7, store.size("k7".getBytes(), 0, 2));
        }
    }
}
