package dev.thimble.hal.simulated.chip;

import static dev.thimble.hal.simulated.chip.ChipBench.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.simulated.ChipFile;
import dev.thimble.hal.toml.Toml;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Expanders, PWM, display and clock against their datasheets, over the bus. */
class ActorChipsTest {
    private final ChipBench b = new ChipBench();

    @Test
    void mcp23017PowersOnAsInputsAndInterruptsOnce() {
        Mcp23017 chip = b.attach(0x20, new Mcp23017(0x20));
        assertArrayEquals(new int[] {0xFF, 0xFF, 0, 0}, b.readFrom(0, 4));
        b.write(0x0C, 0x01);
        assertEquals(1, b.register(0x12), "pulled up");
        b.write(0x04, 0x03);
        chip.drive(0, 0);
        assertTrue(chip.interrupt(0));
        chip.drive(1, 1);
        assertEquals(0x01, b.register(0x0E), "the second change waits");
        assertEquals(0x00, b.register(0x10), "captured at the first");
        assertFalse(chip.interrupt(0), "reading INTCAP clears it");
        assertEquals(0x02, b.register(0x12));
        b.write(0x02, 0x02);
        assertEquals(0x00, b.register(0x12), "inverted polarity");
    }

    @Test
    void mcp23017DrivesOutputsInBothBanks() {
        Mcp23017 chip = b.attach(0x20, new Mcp23017(0x20));
        b.write(0x00, 0x00, 0x00);
        b.write(0x14, 0x55, 0xAA);
        assertEquals(1, chip.level(0));
        assertEquals(1, chip.level(9));
        b.write(0x0A, 0x80);
        b.write(0x1A, 0x01);
        assertEquals(1, chip.level(8));
        assertEquals(0, chip.level(9));
        b.write(0x05, 0x20);
        assertArrayEquals(new int[] {0x55, 0xAA, 0x55}, chipByteMode());
    }

    /** IOCON is now 0x20: bank 0, byte mode; the pointer toggles within the pair. */
    private int[] chipByteMode() {
        b.write(0x15, 0xAA);
        return b.readFrom(0x14, 3);
    }

    @Test
    void pcf8574IsQuasiBidirectional() {
        Pcf8574 chip = b.attach(0x20, new Pcf8574(0x20));
        assertEquals(0xFF, b.read(1)[0]);
        chip.pull(3, true);
        assertTrue(chip.interrupt());
        assertEquals(0xF7, b.read(1)[0]);
        assertFalse(chip.interrupt());
        b.write(0x0F);
        assertEquals(0x07, chip.levels());
        chip.pull(3, false);
        assertEquals(0x0F, b.read(1)[0]);
    }

    /** Datasheet §7.3.5: prescale for 200 Hz is 1Eh; only asleep. §7.3.3: delay 10 %, duty 20 %. */
    @Test
    void pca9685TakesPrescaleOnlyAsleep() {
        Pca9685 chip = b.attach(0x40, new Pca9685(0x40));
        assertEquals(0x11, b.register(0));
        assertEquals(0x1E, b.register(0xFE));
        assertEquals(200, chip.frequency(), 4);
        b.write(0xFE, 121);
        assertEquals(50, chip.frequency(), 0.1);
        b.write(0x00, 0x21);
        b.write(0xFE, 3);
        assertEquals(121, b.register(0xFE), "awake: ignored");
        b.write(0x06, 0x99, 0x01, 0xCC, 0x04);
        assertEquals(0.2, chip.duty(0), 0.001);
        b.write(0xFA, 0, 0, 0, 0x08);
        assertEquals(0.5, chip.duty(15));
        assertArrayEquals(new int[] {0x08, 0x21}, b.readFrom(0x45, 2), "wraps to MODE1");
        b.write(0x00, 0x31);
        assertEquals(0, chip.duty(15));
        assertEquals(0x80, b.register(0) & 0x80, "RESTART: it was running");
    }

    @Test
    void pca9685WithoutAutoIncrementStays() {
        b.attach(0x40, new Pca9685(0x40));
        b.write(0x02, 1, 2, 3);
        assertEquals(3, b.register(0x02));
        assertEquals(0xE4, b.register(0x03));
    }

    @Test
    void ssd1306AddressesItsMemoryInThreeWays() {
        Ssd1306 chip = b.attach(0x3C, new Ssd1306(0x3C));
        assertEquals(0x40, b.read(1)[0], "display off after reset");
        b.write(0x00, 0xAF, 0xB2, 0x05, 0x11);
        b.write(0x40, 0x80);
        assertTrue(chip.pixel(0x15, 23), "page mode: page 2, column 15h, bit 7");
        b.write(0x00, 0x20, 0x00, 0x21, 126, 127, 0x22, 6, 7);
        b.write(0x40, 1, 2, 4, 8, 16);
        assertTrue(chip.pixel(126, 48 + 4), "around in the window: the fifth byte over the first");
        assertFalse(chip.pixel(126, 48));
        assertTrue(chip.pixel(127, 48 + 1));
        assertTrue(chip.pixel(127, 56 + 3));
        b.write(0x80, 0xA7, 0x80, 0x81, 0x80, 0x20);
        assertFalse(chip.pixel(127, 56 + 3), "inverse");
        assertEquals(0x20, chip.contrast());
        b.write(0x00, 0xA6, 0xA1);
        assertTrue(chip.pixel(0, 56 + 3), "mirrored left to right");
        assertEquals(0, b.read(1)[0]);
    }

    @Test
    void ds3231KeepsTimeOverTheEndOfAFebruary() {
        Ds3231 chip = b.attach(0x68, new Ds3231(b.clock));
        chip.temperature(Signal.constant(-1.25));
        assertArrayEquals(new int[] {0x1C, 0x88}, b.readFrom(0x0E, 2));
        assertArrayEquals(new int[] {0, 0, 0, 1, 1, 1, 0}, b.readFrom(0, 7));
        b.write(0, 0x58, 0x59, 0x23, 0x03, 0x28, 0x02, 0x24);
        b.write(0x0F, 0x08);
        assertEquals(0x08, b.register(0x0F), "the oscillator-stop flag is cleared by software only");
        b.clock.advance(3 * SECOND);
        assertArrayEquals(new int[] {0x01, 0x00, 0x00, 0x04, 0x29, 0x02, 0x24}, b.readFrom(0, 7));
        b.clock.advance(24 * 3600 * SECOND);
        assertArrayEquals(new int[] {0x01, 0x00, 0x00, 0x05, 0x01, 0x03, 0x24}, b.readFrom(0, 7));
        assertArrayEquals(new int[] {0xFE, 0xC0, 0x01}, b.readFrom(0x11, 3), "−1.25 °C, then around to the seconds");
        b.write(2, 0x40 | 0x20 | 0x11);
        b.clock.advance(3600 * SECOND);
        assertEquals(0x40 | 0x12, b.register(2), "11 PM, then 12 AM");
    }

    @Test
    void ds3231AlarmsMatch() {
        Ds3231 chip = b.attach(0x68, new Ds3231(b.clock));
        b.write(0, 0x00, 0x00, 0x12, 0x01, 0x01, 0x06, 0x26);
        b.write(0x07, 0x30, 0x05, 0x80, 0x80);
        b.write(0x0E, 0x05);
        b.clock.advance((5 * 60 + 29) * SECOND);
        assertFalse(chip.interrupt());
        b.clock.advance(SECOND);
        assertTrue(chip.interrupt());
        assertEquals(0x01, b.register(0x0F) & 0x03);
        b.write(0x0F, 0x00);
        assertFalse(chip.interrupt());
        b.clock.advance(3599 * SECOND);
        assertFalse(chip.interrupt());
        b.clock.advance(SECOND);
        assertTrue(chip.interrupt(), "every hour");
    }

    @Test
    void chipsComeFromAFile() {
        Toml file = Toml.parse("""
            [[chip]]
            name = "outside"
            type = "bme280"
            bus = "i2c1"
            address = 0x77
            temperature = { mean = 10, amplitude = 5, period = 86400, noise = 0.1, seed = 3 }
            [[chip]]
            type = "ds18b20"
            bus = "w1"
            serial = 5
            """, "world.toml");
        Map<String, Object> chips = ChipFile.attach(file, b.board, b.clock);
        assertEquals("[outside, ds18b20-2]", chips.keySet().toString());
        assertEquals(1, b.bus.probe(0x77));
        assertEquals(1, b.board.openOneWire("w1").list(new long[1]));
        Toml wrong = Toml.parse("[[chip]]\ntype = \"bme999\"\nbus = \"i2c1\"", "world.toml");
        Toml.TomlException e = assertThrows(Toml.TomlException.class, () -> ChipFile.attach(wrong, b.board, b.clock));
        assertTrue(e.getMessage().startsWith("world.toml [[chip]] number 1: type is \"bme999\""), e.getMessage());
    }
}
