package dev.thimble.hal.simulated.chip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;

/** A bus, a clock, and shorthand to talk to one chip. */
final class ChipBench {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000_000_000;
    final SimulatedClock clock = new SimulatedClock();
    final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
    final I2cBus bus = board.openI2c("i2c1");
    private int address;

    <T extends I2cChip> T attach(int at, T chip) {
        address = at;
        board.attach("i2c1", chip);
        return chip;
    }

    int tryWrite(int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return bus.write(address, data, 0, data.length);
    }

    void write(int... bytes) {
        assertEquals(Errno.OK, tryWrite(bytes));
    }

    int tryRead(int count) {
        return bus.read(address, new byte[count], 0, count);
    }

    /** Reads without setting a pointer. */
    int[] read(int count) {
        byte[] data = new byte[count];
        assertEquals(Errno.OK, bus.read(address, data, 0, count));
        return unsigned(data);
    }

    int[] readFrom(int register, int count) {
        byte[] data = new byte[count];
        assertEquals(Errno.OK, bus.writeRead(address, new byte[] {(byte) register}, 0, 1, data, 0, count));
        return unsigned(data);
    }

    int register(int register) {
        return readFrom(register, 1)[0];
    }

    /** Two bytes, most significant first. */
    int word(int register) {
        int[] d = readFrom(register, 2);
        return d[0] << 8 | d[1];
    }

    private static int[] unsigned(byte[] data) {
        int[] values = new int[data.length];
        for (int i = 0; i < data.length; i++) {
            values[i] = data[i] & 0xFF;
        }
        return values;
    }
}
