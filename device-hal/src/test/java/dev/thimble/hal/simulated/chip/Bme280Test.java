package dev.thimble.hal.simulated.chip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.I2cBus;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** BME280 and BMP280 against their datasheets, over the bus. */
class Bme280Test {
    private static final long MILLI = 1_000_000;
    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
    private final Bme280 chip = new Bme280(0x76, clock);
    private I2cBus bus;

    @BeforeEach
    void attach() {
        board.attach("i2c1", chip);
        bus = board.openI2c("i2c1");
    }

    private byte[] read(int address, int register, int count) {
        byte[] data = new byte[count];
        assertEquals(Errno.OK, bus.writeRead(address, new byte[] {(byte) register}, 0, 1, data, 0, count));
        return data;
    }

    private int read(int register) {
        return read(0x76, register, 1)[0] & 0xFF;
    }

    private void write(int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        assertEquals(Errno.OK, bus.write(0x76, data, 0, data.length));
    }

    /** BMP280 datasheet §3.12, the worked example: t_fine 128422, 25.08 °C and 100653.27 Pa. */
    @Test
    void compensationMatchesTheDatasheetsExample() {
        BoschCalibration c = BoschCalibration.EXAMPLE;
        double fine = c.fine(519_888);
        assertEquals(128_422, fine, 1);
        assertEquals(25.08, fine / 5120, 0.005);
        assertEquals(100_653.27, c.pressure(415_148, fine), 0.3);
        assertEquals(519_888, c.rawTemperature(fine / 5120), 1);
        assertEquals(415_148, c.rawPressure(c.pressure(415_148, fine), fine), 1);
    }

    @Test
    void powersOnAsTheDatasheetSays() {
        assertEquals(0x60, read(0xD0));
        assertEquals(1, read(0xF3), "NVM is being copied");
        clock.advance(2 * MILLI);
        assertArrayEquals(new byte[] {0, 0, 0, 0, 0, (byte) 0x80, 0, 0, (byte) 0x80, 0, 0, (byte) 0x80, 0},
            read(0x76, 0xF2, 13));
        assertEquals(27504, (read(0x89) << 8) + read(0x88));
        assertEquals(0, bus.probe(0x77));
    }

    @Test
    void aForcedMeasurementTakesItsTimeAndGivesWhatTheWorldIs() {
        chip.temperature(Signal.constant(-12.34));
        chip.pressure(Signal.constant(87_654));
        chip.humidity(Signal.constant(37.5));
        // ctrl_hum ×1, then ctrl_meas T×2 P×16 forced, in one write of register and value pairs.
        write(0xF2, 1, 0xF4, 2 << 5 | 5 << 2 | 1);
        assertEquals(0x08, read(0xF3) & 0x08);
        clock.advance(39 * MILLI);
        assertEquals(0x80, read(0xFA), "1 + 4 + 32.5 + 2.5 = 40 ms are not over");
        clock.advance(MILLI);
        assertEquals(0, read(0xF3) & 0x08);
        assertEquals(0, read(0xF4) & 3, "back to sleep");
        Reading reading = measure();
        assertEquals(-1234, reading.centiCelsius, 1);
        assertEquals(87_654, reading.pascal, 3);
        assertEquals(37.5, reading.percent, 0.1);
    }

    @Test
    void humidityOversamplingWaitsForCtrlMeas() {
        chip.humidity(Signal.constant(80));
        write(0xF4, 0x25);
        clock.advance(20 * MILLI);
        assertEquals(0x80, read(0xFD), "skipped");
        write(0xF2, 1);
        clock.advance(20 * MILLI);
        assertEquals(0x80, read(0xFD), "ctrl_hum alone changes nothing");
        write(0xF4, 0x25);
        clock.advance(20 * MILLI);
        assertNotEquals(0x80, read(0xFD));
    }

    @Test
    void normalModeMeasuresAgainAndAgainAndTheFilterSmooths() {
        chip.temperature(nanos -> nanos < 1_000 * MILLI ? 20 : 30);
        write(0xF2, 1, 0xF5, 0 << 5 | 2 << 2, 0xF4, 0x27);
        clock.advance(900 * MILLI);
        assertEquals(2000, measure().centiCelsius, 1);
        clock.advance(110 * MILLI);
        int soon = measure().centiCelsius;
        assertEquals(2250, soon, 1, "filter coefficient 4 after one sample");
        clock.advance(10_000 * MILLI);
        assertEquals(3000, measure().centiCelsius, 1);
        write(0xE0, 0xB6);
        assertEquals(0x80, read(0xFA));
        assertEquals(0, read(0xF4));
    }

    @Test
    void aBurstReadSeesOneMeasurement() {
        chip.temperature(nanos -> nanos < 15 * MILLI ? 20 : 60);
        write(0xF4, 0x27);
        clock.advance(12 * MILLI);
        bus.write(0x76, new byte[] {(byte) 0xF7}, 0, 1);
        byte[] first = read(0x76, 0xF7, 8);
        // The chip itself, not through the bus, so that time passes between two bytes of one read.
        chip.select(0x76, false);
        chip.write(0xFA);
        chip.select(0x76, true);
        int msb = chip.read();
        clock.advance(1_000 * MILLI);
        int lsb = chip.read();
        assertEquals(first[3] & 0xFF, msb);
        assertEquals(first[4] & 0xFF, lsb);
    }

    @Test
    void bmp280HasNoHumidityAndAnotherId() {
        Bmp280 bmp = new Bmp280(0x77, clock);
        bmp.temperature(Signal.constant(25.08));
        bmp.pressure(Signal.constant(100_653));
        board.attach("i2c1", bmp);
        assertEquals(0x58, read(0x77, 0xD0, 1)[0]);
        bus.write(0x77, new byte[] {(byte) 0xF4, (byte) 0xB5}, 0, 2);
        clock.advance(66 * MILLI);
        byte[] d = read(0x77, 0xF7, 8);
        assertEquals(415_148, (d[0] & 0xFF) << 12 | (d[1] & 0xFF) << 4 | (d[2] & 0xF0) >> 4, 8);
        assertEquals(519_888, (d[3] & 0xFF) << 12 | (d[4] & 0xFF) << 4 | (d[5] & 0xF0) >> 4, 16);
        assertEquals(0, d[6] | d[7]);
    }

    private record Reading(int centiCelsius, long pascal, double percent) { }

    /** The integer formulas of BME280 datasheet §4.2.3, which share nothing with the chip's own inversion. */
    private Reading measure() {
        byte[] a = read(0x76, 0x88, 26);
        byte[] b = read(0x76, 0xE1, 7);
        byte[] d = read(0x76, 0xF7, 8);
        int rawP = (d[0] & 0xFF) << 12 | (d[1] & 0xFF) << 4 | (d[2] & 0xFF) >> 4;
        int rawT = (d[3] & 0xFF) << 12 | (d[4] & 0xFF) << 4 | (d[5] & 0xFF) >> 4;
        int rawH = (d[6] & 0xFF) << 8 | d[7] & 0xFF;
        int t1 = word(a, 0) & 0xFFFF;
        int var1 = ((rawT >> 3) - (t1 << 1)) * word(a, 2) >> 11;
        int var2 = (((rawT >> 4) - t1) * ((rawT >> 4) - t1) >> 12) * word(a, 4) >> 14;
        int fine = var1 + var2;
        long p1 = fine - 128000L;
        long p2 = p1 * p1 * word(a, 16);
        p2 += p1 * word(a, 14) << 17;
        p2 += (long) word(a, 12) << 35;
        p1 = (p1 * p1 * word(a, 10) >> 8) + (p1 * word(a, 8) << 12);
        p1 = ((1L << 47) + p1) * (word(a, 6) & 0xFFFF) >> 33;
        long p = 1048576 - rawP;
        p = ((p << 31) - p2) * 3125 / p1;
        p1 = (long) word(a, 22) * (p >> 13) * (p >> 13) >> 25;
        p2 = (long) word(a, 20) * p >> 19;
        p = (p + p1 + p2 >> 8) + ((long) word(a, 18) << 4);
        int h1 = a[25] & 0xFF;
        int h2 = word(b, 0);
        int h3 = b[2] & 0xFF;
        int h4 = b[3] << 4 | b[4] & 0x0F;
        int h5 = b[5] << 4 | (b[4] & 0xF0) >> 4;
        int h6 = b[6];
        int v = fine - 76800;
        v = ((rawH << 14) - (h4 << 20) - h5 * v + 16384 >> 15)
            * (((((v * h6 >> 10) * ((v * h3 >> 11) + 32768) >> 10) + 2097152) * h2 + 8192) >> 14);
        v -= ((v >> 15) * (v >> 15) >> 7) * h1 >> 4;
        v = Math.clamp(v, 0, 419430400);
        return new Reading(fine * 5 + 128 >> 8, p / 256, (v >> 12) / 1024.0);
    }

    private static int word(byte[] data, int at) {
        return (short) (data[at] & 0xFF | data[at + 1] << 8);
    }
}
