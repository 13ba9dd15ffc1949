package dev.thimble.hal.simulated.chip;

import static dev.thimble.hal.simulated.chip.ChipBench.MILLI;
import static dev.thimble.hal.simulated.chip.ChipBench.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.adc.Ads1115Input;
import dev.thimble.hal.adc.Mcp3008Input;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.OneWireBus;
import dev.thimble.hal.board.SpiRequest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sensors and converters against the figures in their datasheets, over the bus. */
class SensorChipsTest {
    private final ChipBench b = new ChipBench();

    /** SHT3x datasheet §4.12. */
    @Test
    void crcOfTheDatasheet() {
        assertEquals(0x92, Crc8.sensirion(0xBE, 0xEF));
    }

    /** The example of Maxim application note 27: the ROM code A2 00 00 00 01 B8 1C 02. */
    @Test
    void crcOfTheApplicationNote() {
        int crc = 0;
        for (int octet : new int[] {0x02, 0x1C, 0xB8, 0x01, 0, 0, 0}) {
            crc = Crc8.dallas(crc, octet);
        }
        assertEquals(0xA2, crc);
        assertEquals(0, Crc8.dallas(crc, 0xA2), "with its own checksum");
    }

    @Test
    void sht31DoesNotAcknowledgeWhileMeasuring() {
        Sht31 chip = b.attach(0x44, new Sht31(0x44, b.clock));
        chip.temperature(Signal.constant(23.7));
        chip.humidity(Signal.constant(41));
        assertEquals(Errno.NACK_ADDRESS, b.tryRead(6), "nothing measured yet");
        b.write(0x24, 0x00);
        b.clock.advance(12 * MILLI);
        assertEquals(Errno.NACK_ADDRESS, b.tryRead(6));
        b.clock.advance(MILLI);
        int[] d = b.read(6);
        assertEquals(23.7, -45 + 175 * (d[0] << 8 | d[1]) / 65_535.0, 0.01);
        assertEquals(41, 100 * (d[3] << 8 | d[4]) / 65_535.0, 0.01);
        assertEquals(Crc8.sensirion(d[0], d[1]), d[2]);
        assertEquals(Crc8.sensirion(d[3], d[4]), d[5]);
        assertEquals(Errno.NACK_ADDRESS, b.tryRead(6), "a measurement is read once");
    }

    @Test
    void sht31StretchesTheClockWhenAsked() {
        b.attach(0x44, new Sht31(0x44, b.clock));
        b.write(0x2C, 0x06);
        long before = b.clock.nanos();
        b.read(6);
        assertEquals(12_500_000, b.clock.nanos() - before);
    }

    @Test
    void sht31MeasuresPeriodicallyAndKnowsItsStatus() {
        Sht31 chip = b.attach(0x44, new Sht31(0x44, b.clock));
        chip.temperature(nanos -> nanos / 1e9);
        b.write(0xF3, 0x2D);
        assertArrayEquals(new int[] {0x80, 0x10, Crc8.sensirion(0x80, 0x10)}, b.read(3));
        b.write(0x30, 0x41);
        b.write(0x27, 0x37);
        b.write(0xE0, 0x00);
        assertEquals(Errno.NACK_ADDRESS, b.tryRead(6));
        b.clock.advance(5 * SECOND);
        b.write(0xE0, 0x00);
        int[] d = b.read(6);
        assertEquals(4.91, -45 + 175 * (d[0] << 8 | d[1]) / 65_535.0, 0.01);
        b.write(0xE0, 0x00);
        assertEquals(Errno.NACK_ADDRESS, b.tryRead(6), "nothing new since");
        b.write(0x12, 0x34);
        b.write(0xF3, 0x2D);
        assertEquals(0x02, b.read(3)[1] & 0x12, "an unknown command is noted");
    }

    /** SBAS444 table 8 and §9.5.3: full scale gives 7FFFh, one code below zero FFFFh; reset config 8583h. */
    @Test
    void ads1115ConvertsInItsTime() {
        Ads1115 chip = b.attach(0x48, new Ads1115(0x48, b.clock));
        assertEquals(0x8583, b.word(1));
        assertEquals(0x7FFF, b.word(3));
        chip.input(0, Signal.constant(5));
        b.write(1, 0xC3, 0x83);
        assertEquals(0, b.word(1) & 0x8000);
        b.clock.advance(7_812_499);
        assertEquals(0, b.word(1) & 0x8000, "1/128 s is not over");
        b.clock.advance(1);
        assertEquals(0x8000, b.word(1) & 0x8000);
        assertEquals(0x7FFF, b.word(0), "clipped at 4.096 V");
        chip.input(0, Signal.constant(0));
        chip.input(1, Signal.constant(0.0000625));
        b.write(1, 0x85, 0x83);
        b.clock.advance(8 * MILLI);
        assertEquals(0xFFFF, b.word(0), "AIN0 − AIN1 is minus one code at 2.048 V");
        Ads1115Input input = new Ads1115Input(b.board.openI2c("i2c1"), 0x48, 3, 3_300_000, b.clock);
        chip.input(3, Signal.constant(3.2));
        assertEquals(Errno.OK, input.sample());
        assertEquals(3_200_000, input.microvolts(), 125);
        assertEquals(25_600, input.raw());
        b.board.detach("i2c1", chip);
        assertEquals(Errno.NACK_ADDRESS, input.sample());
    }

    @Test
    void ads1115RunsContinuously() {
        Ads1115 chip = b.attach(0x48, new Ads1115(0x48, b.clock));
        chip.input(0, nanos -> nanos / 1e9);
        b.write(1, 0x42, 0xE3);
        b.clock.advance(SECOND);
        assertEquals(1.0, b.word(0) * 4.096 / 32_768, 0.003);
        b.clock.advance(SECOND);
        assertEquals(2.0, b.word(0) * 4.096 / 32_768, 0.003);
    }

    /** SBOS448 §8.5.1 and table 8: 20 mV over 2 mΩ, 11.98 V: current 10.0 A, power 119.8 W. */
    @Test
    void ina219CalculatesTheDatasheetsExample() {
        Ina219 chip = b.attach(0x40, new Ina219(0x40, b.clock));
        assertEquals(0x399F, b.word(0));
        chip.shunt(Signal.constant(0.020));
        chip.bus(Signal.constant(11.98));
        b.write(5, 0x50, 0x00);
        assertEquals(0, b.word(2) & 2, "not converted yet");
        b.clock.advance(2 * MILLI);
        assertEquals(0x07D0, b.word(1));
        assertEquals(0x5D98, b.word(2) & 0xFFF8);
        assertEquals(2, b.word(2) & 2);
        assertEquals(0x2710, b.word(4));
        assertEquals(0x1766, b.word(3));
        assertEquals(0, b.word(2) & 2, "reading power clears CNVR");
        b.write(0, 0x80, 0x00);
        assertEquals(0, b.word(5));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "3.299,1023", "1.65,512", "0.0065,2", "9,1023"})
    void mcp3008ConvertsToTenBits(double volts, int code) {
        Mcp3008 chip = new Mcp3008(3.3, b.clock);
        chip.input(6, Signal.constant(volts));
        b.board.attach("spi0.0", chip);
        Mcp3008Input input = new Mcp3008Input(b.board.openSpi(new SpiRequest("spi0.0", 1_000_000, 0)), 6, 3_300_000);
        assertEquals(Errno.OK, input.sample());
        assertEquals(code, input.raw());
        assertEquals(code * 3_300_000L / 1024, input.microvolts());
    }

    @Test
    void mcp3008DifferentialAndMissing() {
        Mcp3008 chip = new Mcp3008(3.3, b.clock);
        chip.input(0, Signal.constant(2));
        chip.input(1, Signal.constant(1));
        b.board.attach("spi0.0", chip);
        var spi = b.board.openSpi(new SpiRequest("spi0.0", 1_000_000, 0));
        byte[] d = {1, 0, 0};
        spi.transfer(d, 0, d, 0, 3);
        assertEquals(310, (d[1] & 3) << 8 | d[2] & 0xFF);
        byte[] reversed = {1, 0x10, 0};
        spi.transfer(reversed, 0, reversed, 0, 3);
        assertEquals(0, reversed[2]);
        var nothing = b.board.openSpi(new SpiRequest("spi0.1", 1_000_000, 0));
        assertEquals(Errno.NO_DEVICE, new Mcp3008Input(nothing, 0, 3_300_000).sample());
    }

    @Test
    void mpu6050SleepsUntilWokenAndScales() {
        Mpu6050 chip = b.attach(0x68, new Mpu6050(0x68, b.clock));
        assertEquals(0x68, b.register(0x75));
        assertEquals(0x40, b.register(0x6B));
        chip.temperature(Signal.constant(36.53));
        chip.rotation(Signal.constant(10), Signal.constant(-10), Signal.constant(3000));
        b.clock.advance(SECOND);
        assertEquals(0, b.word(0x3F), "asleep");
        b.write(0x6B, 0);
        b.write(0x19, 9, 1);
        b.clock.advance(9 * MILLI);
        assertEquals(0, b.word(0x3F), "the first sample comes after 10 ms");
        b.clock.advance(MILLI);
        int[] d = b.readFrom(0x3B, 14);
        assertEquals(16_384, d[4] << 8 | d[5]);
        assertEquals(0, d[6] << 8 | d[7]);
        assertEquals(1310, d[8] << 8 | d[9]);
        assertEquals(-1310, (short) (d[10] << 8 | d[11]));
        assertEquals(0x7FFF, d[12] << 8 | d[13]);
        assertEquals(1, b.register(0x3A));
        assertEquals(0, b.register(0x3A), "reading clears it");
        b.write(0x1C, 0x18);
        b.clock.advance(10 * MILLI);
        assertEquals(2048, b.word(0x3F));
    }

    @Test
    void mpu6050QueuesSamples() {
        b.attach(0x68, new Mpu6050(0x68, b.clock));
        b.write(0x6B, 0);
        b.write(0x1A, 1);
        b.write(0x23, 0x08);
        b.write(0x6A, 0x44);
        b.clock.advance(20 * MILLI);
        assertEquals(120, b.word(0x72));
        assertArrayEquals(new int[] {0, 0, 0, 0, 0x40, 0, 0, 0}, b.readFrom(0x74, 8));
        assertEquals(112, b.word(0x72));
        b.clock.advance(SECOND);
        assertEquals(1024, b.word(0x72));
        assertEquals(0x10, b.register(0x3A) & 0x10);
    }

    /** Datasheet 19-7487, table 1. */
    @ParameterizedTest
    @CsvSource({"125,07D0", "85,0550", "25.0625,0191", "10.125,00A2", "0.5,0008", "0,0000", "-0.5,FFF8", "-10.125,FF5E",
        "-25.0625,FE6F", "-55,FC90"})
    void ds18b20ConvertsAsTheDatasheetsTable(double celsius, String raw) {
        Ds18b20 chip = new Ds18b20(0x1234, b.clock);
        chip.temperature(Signal.constant(celsius));
        b.board.attach("w1", chip);
        int[] result = new int[1];
        assertEquals(Errno.OK, b.board.openOneWire("w1").readTemperature(chip.rom(), result));
        assertEquals((short) Integer.parseInt(raw, 16) * 1000 / 16, result[0]);
    }

    @Test
    void oneWireSearchFindsEveryChip() {
        long[] expected = new long[9];
        for (int i = 0; i < expected.length; i++) {
            Ds18b20 chip = new Ds18b20(0x9E3779B9L * i, b.clock);
            expected[i] = chip.rom();
            b.board.attach("w1", chip);
        }
        OneWireBus bus = b.board.openOneWire("w1");
        long[] found = new long[16];
        assertEquals(9, bus.list(found));
        long[] sorted = Arrays.copyOf(found, 9);
        Arrays.sort(sorted);
        Arrays.sort(expected);
        assertArrayEquals(expected, sorted);
        assertEquals(9, bus.list(new long[2]));
        int[] result = new int[1];
        assertEquals(Errno.NOT_FOUND, bus.readTemperature(0x28L, result));
        assertEquals(Errno.UNSUPPORTED, bus.readTemperature(0x10L, result));
    }

    @Test
    void ds18b20ShowsEightyFiveUntilItHasConverted() {
        Ds18b20 chip = new Ds18b20(7, b.clock);
        chip.reset();
        send(chip, 0xCC, 0xBE);
        assertEquals(0x0550, receive(chip) | receive(chip) << 8);
        chip.reset();
        send(chip, 0xCC, 0x4E, 0x4B, 0x46, 0x1F);
        chip.temperature(Signal.constant(21.8));
        chip.reset();
        send(chip, 0xCC, 0x44);
        assertEquals(0, chip.readSlot());
        b.clock.advance(93_750_000);
        assertEquals(1, chip.readSlot(), "9 bits take 93.75 ms");
        chip.reset();
        send(chip, 0xCC, 0xBE);
        assertEquals(21.5, (receive(chip) | receive(chip) << 8) / 16.0, "in steps of half a degree");
    }

    private static void send(Ds18b20 chip, int... bytes) {
        for (int value : bytes) {
            for (int i = 0; i < 8; i++) {
                chip.writeSlot(value >> i & 1);
            }
        }
    }

    private static int receive(Ds18b20 chip) {
        int value = 0;
        for (int i = 0; i < 8; i++) {
            value |= chip.readSlot() << i;
        }
        return value;
    }

    @Test
    void signalsRepeatAndSpread() {
        Signal noisy = Signal.constant(20).noise(0.5, 42).drift(1);
        assertEquals(noisy.at(12_345), noisy.at(12_345));
        assertNotEquals(noisy.at(12_345), noisy.at(12_346));
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 10_000; i++) {
            double x = Signal.constant(0).noise(0.5, 42).at(i * 1_000_000L);
            sum += x;
            squares += x * x;
        }
        assertEquals(0, sum / 10_000, 0.02);
        assertEquals(0.25, squares / 10_000, 0.02);
        assertEquals(21, Signal.constant(20).drift(1).at(3600 * SECOND), 1e-9);
    }

    @Test
    void faultsAreInjected() {
        RegisterFile memory = new RegisterFile(0x50);
        FaultyI2cChip faulty = b.attach(0x50, new FaultyI2cChip(memory));
        b.write(0, 1, 2, 3, 4);
        faulty.refuseAddress(1);
        assertEquals(Errno.NACK_ADDRESS, b.tryRead(1));
        assertEquals(Errno.OK, b.tryRead(1));
        faulty.refuseDataAfter(1);
        assertEquals(Errno.NACK_DATA, b.tryWrite(0, 9));
        faulty.refuseDataAfter(-1);
        faulty.flip(0x80, 2);
        assertArrayEquals(new int[] {1, 0x82, 3, 0x84}, b.readFrom(0, 4));
        faulty.flip(0, 0);
        faulty.stuckAt(0xFF);
        assertArrayEquals(new int[] {0xFF, 0xFF}, b.readFrom(0, 2));
        faulty.stuckAt(-1);
        faulty.stretch(2 * SECOND);
        assertEquals(Errno.TIMEOUT, b.tryRead(1));
        faulty.stretch(0);
        faulty.unplugged(true);
        assertEquals(Errno.NACK_ADDRESS, b.tryRead(1));
        faulty.unplugged(false);
        assertEquals(1, b.register(0));
        assertTrue(memory.read() >= 0);
        assertFalse(memory.select(0x51, true));
    }
}
