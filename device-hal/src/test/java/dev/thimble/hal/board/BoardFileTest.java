package dev.thimble.hal.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.toml.Toml.TomlException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoardFileTest {
    @Test
    void everyBuiltInBoardReads() {
        for (String name : BoardFile.BUILT_IN) {
            BoardFile file = BoardFile.builtIn(name);
            assertEquals(file.generic() ? "/dev/i2c-7" : "/dev/i2c-1", file.i2cDevice(file.generic() ? "i2c7" : "i2c1"));
        }
        assertEquals(new BoardFile.Line("GPIO17", List.of("pinctrl-rp1"), 17),
            BoardFile.builtIn("raspberry-pi-5").line("pin11"));
        assertEquals(new BoardFile.Pwm("pwm18", List.of("1f00098000.pwm"), 2),
            BoardFile.builtIn("raspberry-pi-5").pwmChannel("pwm18"));
    }

    @Test
    void aGenericBoardTakesTheKernelsNames() {
        BoardFile file = BoardFile.builtIn("generic-linux");
        assertEquals(new BoardFile.Line("gpio-sim.0-node0:3", List.of("gpio-sim.0-node0"), 3),
            file.line("gpio-sim.0-node0:3"));
        assertEquals(new BoardFile.Line("relay", List.of(), -1), file.line("relay"));
        assertEquals("/dev/spidev0.1", file.spiDevice("spi0.1"));
        assertEquals("/dev/ttyUSB0", file.uartDevice("ttyUSB0"));
        assertEquals(new BoardFile.Pwm("pwmchip0.1", List.of("pwmchip0"), 1), file.pwmChannel("pwmchip0.1"));
    }

    @Test
    void anUnknownNameSaysWhatThereIs() {
        DeviceException e = assertThrows(DeviceException.class,
            () -> BoardFile.builtIn("raspberry-pi-4").spiDevice("spi7.0"));
        assertEquals(Errno.NO_DEVICE, e.errno());
        assertTrue(e.getMessage().contains("Raspberry Pi 4 has no SPI device \"spi7.0\"; it has spi0.0, spi0.1"),
            e.getMessage());
    }

    @Test
    void anAliasToNowhereIsAMistake() {
        TomlException e = assertThrows(TomlException.class, () -> BoardFile.parse("""
            name = "X"
            [alias]
            led = "GPIO99"
            """, "x.toml"));
        assertTrue(e.getMessage().contains("alias.led points to \"GPIO99\""), e.getMessage());
    }
}
