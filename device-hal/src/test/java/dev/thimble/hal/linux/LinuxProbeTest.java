package dev.thimble.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.board.SpiRequest;
import dev.thimble.hal.linux.LinuxProbe.Finding;
import dev.thimble.hal.linux.LinuxProbe.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** On any machine, most of all on one without the hardware: what is missing is named, with what to do. */
@EnabledOnOs(OS.LINUX)
class LinuxProbeTest {
    @Test
    void everyPartThatDoesNotWorkSaysHowToMendIt() {
        List<Finding> findings = LinuxProbe.run(BoardFile.builtIn("raspberry-pi-4"));
        assertFalse(findings.isEmpty());
        for (Finding f : findings) {
            assertEquals(f.state() == State.WORKS, f.mend().isEmpty(), f.toString());
        }
        assertTrue(findings.stream().anyMatch(f -> f.part().contains("GPIO") || f.part().contains("gpiochip")));
    }

    @Test
    void aGenericBoardHasWhatTheKernelShows(@TempDir Path root) throws IOException {
        Path dev = Files.createDirectory(root.resolve("dev"));
        for (String name : List.of("i2c-10", "i2c-2", "ttyUSB0", "ttyS0", "null")) {
            Files.createFile(dev.resolve(name));
        }
        List<String> found = LinuxProbe.run(BoardFile.builtIn("generic-linux"), root).stream()
            .filter(f -> !f.part().contains("GPIO") && !f.part().contains("gpio")).map(f -> f.part() + " " + f.state() + " " + f.detail()).toList();
        assertEquals(List.of("I2C WORKS i2c-10, i2c-2", "SPI MISSING no " + dev + "/spidev*", "UART WORKS ttyUSB0",
            "1-Wire MISSING no " + root + "/sys/bus/w1/devices/w1_bus_master*"), found);
    }

    @Test
    void absentHardwareIsNamed() {
        try (LinuxBoard board = new LinuxBoard(BoardFile.parse("""
            name = "Nowhere"
            [[gpio]]
            chip = "no-such-chip"
            prefix = "GPIO"
            lines = 2
            [i2c]
            i2c1 = "/dev/i2c-250"
            [spi]
            "spi0.0" = "/dev/spidev250.0"
            [pwm]
            pwm0 = { chip = "no-such-pwm", channel = 0 }
            [onewire]
            w1 = "/sys/bus/w1/devices/w1_bus_master250"
            """, "test"))) {
            assertMissing(board, () -> board.openLine(LineRequest.output("GPIO1", false)), "no-such-chip");
            assertMissing(board, () -> board.openI2c("i2c1"), "/dev/i2c-250 does not exist; enable I2C");
            assertMissing(board, () -> board.openSpi(new SpiRequest("spi0.0", 1000, 0)), "/dev/spidev250.0");
            assertMissing(board, () -> board.openPwm("pwm0"), "no PWM controller no-such-pwm");
            assertMissing(board, () -> board.openOneWire("w1"), "dtoverlay=w1-gpio");
        }
    }

    private static void assertMissing(LinuxBoard board, Runnable open, String text) {
        DeviceException e = assertThrows(DeviceException.class, open::run);
        assertEquals(Errno.NO_DEVICE, e.errno(), board.file().name() + ": " + e.getMessage());
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }
}
