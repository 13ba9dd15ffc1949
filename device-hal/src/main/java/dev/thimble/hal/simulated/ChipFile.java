package dev.thimble.hal.simulated;

import dev.thimble.hal.simulated.chip.Ads1115;
import dev.thimble.hal.simulated.chip.Bme280;
import dev.thimble.hal.simulated.chip.Bmp280;
import dev.thimble.hal.simulated.chip.Ds18b20;
import dev.thimble.hal.simulated.chip.Ds3231;
import dev.thimble.hal.simulated.chip.I2cChip;
import dev.thimble.hal.simulated.chip.Ina219;
import dev.thimble.hal.simulated.chip.Mcp23017;
import dev.thimble.hal.simulated.chip.Mcp3008;
import dev.thimble.hal.simulated.chip.Mpu6050;
import dev.thimble.hal.simulated.chip.Pca9685;
import dev.thimble.hal.simulated.chip.Pcf8574;
import dev.thimble.hal.simulated.chip.Sht31;
import dev.thimble.hal.simulated.chip.Signal;
import dev.thimble.hal.simulated.chip.SimulatedTime;
import dev.thimble.hal.simulated.chip.Ssd1306;
import dev.thimble.hal.toml.Toml;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code [[chip]]} tables of a board file: which chips are on which bus, and what they are exposed to. */
public final class ChipFile {
    private ChipFile() { }

    /**
     * Attaches all chips.
     *
     * @return the chips by the names given in the file, or {@code type-n} for those without
     */
    public static Map<String, Object> attach(Toml file, SimulatedBoard board, SimulatedTime time) {
        Map<String, Object> chips = new LinkedHashMap<>();
        for (Toml t : file.tables("chip")) {
            String type = t.string("type");
            String bus = t.string("bus");
            Object chip = attach(type, bus, t, board, time);
            String name = t.string("name", type + "-" + (chips.size() + 1));
            t.rejectUnknown();
            if (chips.put(name, chip) != null) {
                throw t.error("name", "\"" + name + "\" is given twice");
            }
        }
        return chips;
    }

    private static Object attach(String type, String bus, Toml t, SimulatedBoard board, SimulatedTime time) {
        switch (type) {
            case "mcp3008" -> {
                Mcp3008 chip = new Mcp3008(t.number("reference", 3.3), time);
                for (int i = 0; i < 8; i++) {
                    chip.input(i, signal(t, "input" + i, 0));
                }
                board.attach(bus, chip);
                return chip;
            }
            case "ds18b20" -> {
                Ds18b20 chip = new Ds18b20(t.integer("serial", 0, 0xFFFF_FFFF_FFFFL, 1), time);
                chip.temperature(signal(t, "temperature", 20));
                board.attach(bus, chip);
                return chip;
            }
            default -> {
                I2cChip chip = i2c(type, t, time);
                board.attach(bus, chip);
                return chip;
            }
        }
    }

    private static I2cChip i2c(String type, Toml t, SimulatedTime time) {
        return switch (type) {
            case "bme280" -> {
                Bme280 chip = new Bme280(address(t, 0x76), time);
                chip.temperature(signal(t, "temperature", 20));
                chip.pressure(signal(t, "pressure", 101_325));
                chip.humidity(signal(t, "humidity", 50));
                yield chip;
            }
            case "bmp280" -> {
                Bmp280 chip = new Bmp280(address(t, 0x76), time);
                chip.temperature(signal(t, "temperature", 20));
                chip.pressure(signal(t, "pressure", 101_325));
                yield chip;
            }
            case "sht31" -> {
                Sht31 chip = new Sht31(address(t, 0x44), time);
                chip.temperature(signal(t, "temperature", 20));
                chip.humidity(signal(t, "humidity", 50));
                yield chip;
            }
            case "ads1115" -> {
                Ads1115 chip = new Ads1115(address(t, 0x48), time);
                for (int i = 0; i < 4; i++) {
                    chip.input(i, signal(t, "input" + i, 0));
                }
                yield chip;
            }
            case "ina219" -> {
                Ina219 chip = new Ina219(address(t, 0x40), time);
                chip.shunt(signal(t, "shunt", 0));
                chip.bus(signal(t, "voltage", 0));
                yield chip;
            }
            case "mpu6050" -> new Mpu6050(address(t, 0x68), time);
            case "ds3231" -> {
                Ds3231 chip = new Ds3231(time);
                chip.temperature(signal(t, "temperature", 20));
                yield chip;
            }
            case "mcp23017" -> new Mcp23017(address(t, 0x20));
            case "pcf8574" -> new Pcf8574(address(t, 0x20));
            case "pca9685" -> new Pca9685(address(t, 0x40));
            case "ssd1306" -> new Ssd1306(address(t, 0x3C));
            default -> throw t.error("type", "is \"" + type + "\"; known are bme280, bmp280, sht31, ads1115, ina219, "
                + "mpu6050, ds3231, mcp23017, pcf8574, pca9685, ssd1306, mcp3008, ds18b20");
        };
    }

    private static int address(Toml t, int usual) {
        return (int) t.integer("address", 0x08, 0x77, usual);
    }

    /** A number, or a table {mean, amplitude, period, noise, seed, drift}: seconds and per hour. */
    private static Signal signal(Toml t, String key, double usual) {
        if (!t.isTable(key)) {
            return Signal.constant(t.number(key, usual));
        }
        Toml s = t.table(key);
        Signal signal = Signal.sine(s.number("mean", usual), s.number("amplitude", 0), s.number("period", 60));
        double noise = s.number("noise", 0);
        long seed = s.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE, 1);
        double drift = s.number("drift", 0);
        s.rejectUnknown();
        signal = drift == 0 ? signal : signal.drift(drift);
        return noise == 0 ? signal : signal.noise(noise, seed);
    }
}
