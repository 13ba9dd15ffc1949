package dev.thimble.hal.simulated.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.diozero.devices.Ads1x15;
import com.diozero.devices.BMx280;
import com.diozero.devices.MCP23017;
import com.diozero.devices.McpAdc;
import com.diozero.devices.PCA9685;
import com.diozero.devices.oled.SSD1306;
import com.diozero.devices.oled.SsdOledCommunicationChannel.I2cCommunicationChannel;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.simulated.PacedClock;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.chip.Ads1115;
import dev.thimble.hal.simulated.chip.Bme280;
import dev.thimble.hal.simulated.chip.Bmp280;
import dev.thimble.hal.simulated.chip.Mcp23017;
import dev.thimble.hal.simulated.chip.Mcp3008;
import dev.thimble.hal.simulated.chip.Pca9685;
import dev.thimble.hal.simulated.chip.Signal;
import dev.thimble.hal.simulated.chip.Ssd1306;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** diozero's drivers, written by others against real chips, on the simulated ones. Time runs a hundredfold. */
class DiozeroDriversTest {
    private final PacedClock clock = new PacedClock(100);
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);

    @BeforeEach
    void offer() {
        DiozeroFactory.board = board;
    }

    @AfterEach
    void close() {
        board.close();
        clock.close();
    }

    private DiozeroI2c device(int address) {
        return new DiozeroI2c(board.openI2c("i2c1"), address);
    }

    @Test
    void bme280() throws InterruptedException {
        Bme280 chip = new Bme280(0x76, clock);
        chip.temperature(Signal.constant(-3.21));
        chip.pressure(Signal.constant(95_432));
        chip.humidity(Signal.constant(64.5));
        board.attach("i2c1", chip);
        try (BMx280 driver = BMx280.I2CBuilder.builder(device(0x76)).build()) {
            assertEquals(BMx280.Model.BME280, driver.getModel());
            Thread.sleep(100);
            float[] values = driver.getValues();
            assertEquals(-3.21, values[0], 0.02);
            assertEquals(954.32, values[1], 0.05);
            assertEquals(64.5, values[2], 0.2);
        }
    }

    @Test
    void bmp280() throws InterruptedException {
        Bmp280 chip = new Bmp280(0x77, clock);
        chip.temperature(Signal.constant(31.4));
        chip.pressure(Signal.constant(101_800));
        board.attach("i2c1", chip);
        try (BMx280 driver = BMx280.I2CBuilder.builder(device(0x77)).build()) {
            assertEquals(BMx280.Model.BMP280, driver.getModel());
            Thread.sleep(100);
            float[] values = driver.getValues();
            assertEquals(31.4, values[0], 0.02);
            assertEquals(1018.00, values[1], 0.05);
        }
    }

    @Test
    void ads1115() {
        Ads1115 chip = new Ads1115(0x48, clock);
        chip.input(2, Signal.constant(1.234));
        board.attach("i2c1", chip);
        try (Ads1x15 driver = new Ads1x15(Ads1x15.PgaConfig._4096MV, Ads1x15.Ads1115DataRate._128HZ)) {
            assertEquals(1.234 / 4.096, driver.getValue(2), 0.0005);
        }
    }

    @Test
    void mcp3008() {
        Mcp3008 chip = new Mcp3008(3.3, clock);
        chip.input(5, Signal.constant(2.5));
        board.attach("spi0.1", chip);
        try (McpAdc driver = new McpAdc(McpAdc.Type.MCP3008, 1, 3.3f)) {
            assertEquals(2.5 / 3.3, driver.getValue(5), 0.002);
            assertEquals(0, driver.getValue(4), 0.002);
        }
    }

    @Test
    void mcp23017() {
        Mcp23017 chip = new Mcp23017(0x20);
        board.attach("i2c1", chip);
        try (MCP23017 driver = new MCP23017()) {
            driver.setDirections(0, (byte) 0x0F);
            driver.setValues(0, (byte) 0xA5);
            assertEquals(1, chip.level(7));
            assertEquals(0, chip.level(6));
            chip.drive(0, 1);
            chip.drive(1, 0);
            chip.drive(2, 1);
            assertTrue(driver.getValue(2));
            assertFalse(driver.getValue(1));
            driver.setDirections(1, (byte) 0xFF);
            chip.drive(9, 1);
            assertTrue(driver.getValue(9));
        }
    }

    @Test
    void pca9685() {
        Pca9685 chip = new Pca9685(0x40);
        board.attach("i2c1", chip);
        try (PCA9685 driver = new PCA9685(device(0x40), 50)) {
            assertEquals(50, chip.frequency(), 0.5);
            driver.setValue(3, 0.25f);
            assertEquals(0.25, chip.duty(3), 0.001);
            driver.setDutyUs(15, 1500);
            assertEquals(0.075, chip.duty(15), 0.001);
            assertEquals(0, chip.duty(4));
        }
    }

    @Test
    void ssd1306() {
        Ssd1306 chip = new Ssd1306(0x3C);
        board.attach("i2c1", chip);
        try (SSD1306 driver = new SSD1306(new I2cCommunicationChannel(device(0x3C)), SSD1306.Height.TALL)) {
            driver.setDisplay(true);
            BufferedImage image = new BufferedImage(128, 64, BufferedImage.TYPE_BYTE_BINARY);
            image.setRGB(0, 0, -1);
            image.setRGB(127, 63, -1);
            image.setRGB(5, 17, -1);
            driver.display(image);
            assertTrue(chip.isOn() && chip.chargePump());
            int lit = 0;
            for (int x = 0; x < 128; x++) {
                for (int y = 0; y < 64; y++) {
                    lit += chip.pixel(x, y) ? 1 : 0;
                }
            }
            assertEquals(3, lit);
            // The driver mirrors both ways for a module with its connector above.
            assertTrue(chip.pixel(127, 63) && chip.pixel(0, 0));
            assertTrue(chip.pixel(5, 17) || chip.pixel(122, 46));
        }
    }
}
