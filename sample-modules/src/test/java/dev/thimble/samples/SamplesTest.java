package dev.thimble.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.grant.Addresses;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.GpioMode;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.hal.grant.SafeLevel;
import dev.thimble.hal.grant.TopicRule;
import dev.thimble.hal.host.HostImports;
import dev.thimble.hal.simulated.chip.Bme280;
import dev.thimble.hal.simulated.chip.Sht31;
import dev.thimble.hal.simulated.chip.Signal;
import dev.thimble.hal.simulated.chip.Ssd1306;
import dev.thimble.wasm.WasmModule;
import dev.thimble.wasm.api.Trap;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every sample on the real engine and host imports, with chips at register level. */
class SamplesTest {
    private final Device device = new Device(Grant.of(
            List.of(new TopicRule("#", 0)), List.of(new TopicRule("#", 0)),
            GrantedDevice.i2c("env-bus", "i2c1", Addresses.ALL), GrantedDevice.i2c("display-bus", "i2c1", Addresses.ALL),
            GrantedDevice.gpio("led", "GPIO17", SafeLevel.INACTIVE, GpioMode.OUT),
            GrantedDevice.gpio("heater", "GPIO22", SafeLevel.INACTIVE, GpioMode.OUT),
            GrantedDevice.gpio("bucket", "GPIO5", SafeLevel.INACTIVE, GpioMode.IN),
            GrantedDevice.gpio("button", "GPIO27", SafeLevel.INACTIVE, GpioMode.IN)));

    @ParameterizedTest
    @ValueSource(strings = {"blink", "button", "display", "rain", "thermostat", "weather-1", "weather-2", "weather-3"})
    void importsWhatTheHostHasAndOnePageOfMemory(String sample) {
        WasmModule module = WasmModule.parse(Device.wasm(sample));
        assertEquals(List.of(), HostImports.problems(module.imports()));
        device.board.attach("i2c1", new Ssd1306(0x3C));
        device.load(sample);
        if (module.exports().stream().anyMatch(e -> e.name().equals("thimble_selftest"))) {
            assertEquals(0, device.call("thimble_selftest"));
        }
    }

    @Test
    void blinkToggles() {
        device.load("blink");
        assertEquals(0, device.init(0));
        device.tick(500);
        assertEquals(1, device.board.pin("GPIO17").level());
        device.tick(500);
        assertEquals(0, device.board.pin("GPIO17").level());
    }

    @Test
    void weatherMeasuresWhatTheAirHas() {
        weatherChip();
        device.load("weather-1");
        assertEquals(0, device.init(0));
        device.tick(500);
        device.tick(500);
        assertEquals(2, device.published.size());
        assertEquals(21.5, field(0, "temperature"), 0.02);
        assertEquals(45.0, field(0, "humidity"), 0.1);
        assertEquals(1006.53, field(0, "pressure"), 0.1);
        assertEquals(1, field(0, "n"));
        assertEquals(2, field(1, "n"));
    }

    @Test
    void weatherHandsItsStateOnAndTheThirdVersionTraps() {
        weatherChip();
        device.load("weather-1");
        device.init(0);
        device.tick(500);
        device.tick(500);
        byte[] state = device.save();

        device.load("weather-2");
        assertEquals(0, device.restore(state, 1));
        assertEquals(0, device.init(1));
        device.tick(500);
        assertEquals(3, field(2, "n"));
        assertEquals(9.1, field(2, "dew_point"), 0.2, "Magnus: 21.5 °C at 45 %");
        state = device.save();

        device.load("weather-3");
        assertEquals(0, device.restore(state, 2));
        assertEquals(0, device.init(1));
        for (int i = 0; i < 3; i++) {
            device.tick(500);
        }
        Trap trap = assertThrows(Trap.class, () -> device.tick(500));
        assertEquals("thimble_tick", trap.functionName());
        assertEquals(6, device.published.size());

        device.load("weather-2");
        assertEquals(0, device.restore(state, 2));
        assertEquals(0, device.init(2));
        device.tick(500);
        assertEquals(4, field(6, "n"), "goes on where the second version was");
    }

    @Test
    void weatherRefusesAForeignState() {
        device.load("weather-1");
        assertEquals(Errno.INVALID, device.restore(new byte[48], 2));
        assertEquals(Errno.INVALID, device.restore(new byte[39], 1));
    }

    @Test
    void weatherOutlivesItsChip() {
        Bme280 chip = weatherChip();
        device.load("weather-1");
        device.init(0);
        device.tick(500);
        device.board.detach("i2c1", chip);
        device.tick(500);
        device.tick(500);
        assertEquals(List.of("1 no reading: error " + Errno.NACK_ADDRESS), device.log, "once, not at every tick");
        device.board.attach("i2c1", chip);
        device.tick(500);
        device.tick(500);
        assertEquals("2 working again", device.log.get(1));
        assertEquals(2, field(1, "n"), "no number is lost or used twice");
    }

    @Test
    void rainIsAProgramThatCountsTipsAndGoesOnInItsSuccessor() {
        var flashes = new ArrayList<Long>();
        device.board.pin("GPIO17").listen((pin, level, at) -> flashes.add(at / 1_000_000));
        device.load("rain");
        device.start();
        tip(100);
        tip(10); // bounces: shorter than the 20 ms that count
        tip(100);
        assertEquals(4, flashes.size(), "on and off for each tip");
        assertEquals(30, flashes.get(1) - flashes.get(0));
        device.live(60_000);
        assertEquals(List.of("rain {\"mm\":0.4,\"total\":0.4}"), device.published);
        tip(100);
        byte[] state = device.save();

        device.load("rain");
        assertEquals(0, device.restore(state, 1));
        device.start();
        for (int i = 0; i < 20; i++) {
            tip(25);
        }
        device.live(60_000);
        assertEquals("rain {\"mm\":4.2,\"total\":4.6}", device.published.get(1));
        assertEquals(List.of(), device.log);
    }

    /** The contact of the bucket closes for so long, and is open for as long afterwards. */
    private void tip(long millis) {
        device.board.pin("GPIO5").drive(0);
        device.live(millis);
        device.board.pin("GPIO5").drive(1);
        device.live(millis);
    }

    @Test
    void buttonTellsShortFromLongPresses() {
        var levels = new ArrayList<Integer>();
        device.board.pin("GPIO17").listen((pin, level, at) -> levels.add(level));
        device.load("button");
        assertEquals(0, device.init(0));
        levels.clear();

        press(120);
        assertEquals(List.of(1), levels);
        press(1500);
        assertEquals(List.of(1, 0), levels);
        device.board.pin("GPIO27").drive(0);
        device.advance(2);
        device.board.pin("GPIO27").drive(1);
        device.advance(50);
        assertEquals(List.of("presses {\"n\":1,\"press\":\"short\",\"ms\":120,\"led\":true}",
                "presses {\"n\":2,\"press\":\"long\",\"ms\":1500,\"led\":false}"), device.published, "and no bounce of 2 ms");
    }

    @Test
    void buttonKeepsItsLampThroughAnUpdate() {
        device.load("button");
        device.init(0);
        press(100);
        byte[] state = device.save();
        var levels = new ArrayList<Integer>();
        device.board.pin("GPIO17").listen((pin, level, at) -> levels.add(level));
        device.load("button");
        assertEquals(0, device.restore(state, 1));
        assertEquals(0, device.init(1));
        assertEquals(List.of(), levels);
        press(100);
        assertEquals(List.of(0), levels);
    }

    @Test
    void thermostatHeatsWithHysteresis() {
        var chip = new Sht31(0x44, device.clock);
        device.board.attach("i2c1", chip);
        device.load("thermostat");
        assertEquals(0, device.init(0));
        assertEquals(List.of(false, true, true, true, false, false), List.of(
                heats(chip, 19.9), heats(chip, 19.7), heats(chip, 20.1), heats(chip, 20.2), heats(chip, 20.3),
                heats(chip, 19.9)));
        device.message("settings/target", "21.5");
        assertTrue(heats(chip, 20.3));
        device.message("settings/target", "99");
        assertTrue(heats(chip, 20.3));
        assertEquals(1, device.log.size());
        assertEquals(21.5, field(device.published.size() - 1, "target"));
        assertEquals(20.3, field(device.published.size() - 1, "temperature"), 0.01);

        device.board.detach("i2c1", chip);
        device.tick(1000);
        assertEquals(0, device.board.pin("GPIO22").level(), "cold is the safe state");
    }

    @Test
    void displayShowsDigits() {
        var panel = new Ssd1306(0x3C);
        device.board.attach("i2c1", panel);
        device.load("display");
        assertEquals(0, device.init(0));
        assertTrue(panel.isOn());
        device.message("display/value", "-12.5");
        // The middle of the minus, and of the upper right segment of the 1 beside its empty left.
        assertTrue(lit(panel, 10, 32));
        assertTrue(lit(panel, 25 + 18, 20));
        assertFalse(lit(panel, 25 + 4, 20));
        int pixels = count(panel);
        device.message("display/value", "warm");
        assertTrue(lit(panel, 10, 32) && lit(panel, 4 * 25 + 10, 32), "dashes");
        assertTrue(count(panel) < pixels);
    }

    private Bme280 weatherChip() {
        var chip = new Bme280(0x76, device.clock);
        chip.temperature(Signal.constant(21.5));
        chip.humidity(Signal.constant(45));
        chip.pressure(Signal.constant(100_653));
        device.board.attach("i2c1", chip);
        return chip;
    }

    private void press(long millis) {
        device.board.pin("GPIO27").drive(0);
        for (long passed = 0; passed < millis; passed += 20) {
            device.advance(20);
        }
        device.board.pin("GPIO27").drive(1);
        device.advance(50);
    }

    private boolean heats(Sht31 chip, double celsius) {
        chip.temperature(Signal.constant(celsius));
        device.tick(1000);
        device.tick(1000);
        return device.board.pin("GPIO22").level() == 1;
    }

    /** The panel is built in upside down, as on the usual boards. */
    private static boolean lit(Ssd1306 panel, int x, int y) {
        return panel.pixel(Ssd1306.WIDTH - 1 - x, Ssd1306.HEIGHT - 1 - y);
    }

    private static int count(Ssd1306 panel) {
        int count = 0;
        for (int y = 0; y < Ssd1306.HEIGHT; y++) {
            for (int x = 0; x < Ssd1306.WIDTH; x++) {
                count += panel.pixel(x, y) ? 1 : 0;
            }
        }
        return count;
    }

    private double field(int message, String key) {
        String json = device.published.get(message);
        int at = json.indexOf('"' + key + "\":") + key.length() + 3;
        return Double.parseDouble(json.substring(at).split("[,}]")[0]);
    }
}
