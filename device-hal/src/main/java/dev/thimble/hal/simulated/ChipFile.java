package dev.thimble.hal.simulated;

import dev.thimble.hal.board.DeviceException;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The {@code [[chip]]} tables of a board file: which chips are on which bus, and what they are exposed to. */
public final class ChipFile {
    /** Addresses that chips on an I2C bus have unless the file says otherwise. */
    private static final Map<String, Integer> I2C_ADDRESSES = Map.ofEntries(Map.entry("bme280", 0x76), Map.entry("bmp280", 0x76),
        Map.entry("sht31", 0x44), Map.entry("ads1115", 0x48), Map.entry("ina219", 0x40), Map.entry("mpu6050", 0x68),
        Map.entry("ds3231", Ds3231.ADDRESS), Map.entry("mcp23017", 0x20), Map.entry("pcf8574", 0x20),
        Map.entry("pca9685", 0x40), Map.entry("ssd1306", 0x3C));

    private ChipFile() { }

    /**
     * Attaches all chips.
     *
     * @return the chips by the names given in the file, or {@code type-n} for those without
     * @throws Toml.TomlException naming table, key and what is wrong: an unknown type or key, a bus that the board does not
     *     have, an address that is taken, a value out of range
     */
    public static Map<String, Object> attach(Toml file, SimulatedBoard board, SimulatedTime time) {
        Map<String, Object> chips = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        for (Toml t : file.tables("chip")) {
            String type = t.string("type");
            String bus = t.string("bus");
            Object chip;
            try {
                chip = attach(type, bus, t, board, time, taken);
            } catch (DeviceException e) {
                throw t.error("bus", "is \"" + bus + "\": " + e.getMessage());
            }
            String name = t.string("name", type + "-" + (chips.size() + 1));
            t.rejectUnknown();
            if (chips.put(name, chip) != null) {
                throw t.error("name", "\"" + name + "\" is given twice");
            }
        }
        return chips;
    }

    private static void take(Toml t, String key, String place, Set<String> taken) {
        if (!taken.add(place)) {
            throw t.error(key, place + " is taken by another chip");
        }
    }

    private static Object attach(String type, String bus, Toml t, SimulatedBoard board, SimulatedTime time, Set<String> taken) {
        String resolved = board.file().resolve(bus);
        switch (type) {
            case "mcp3008" -> {
                Mcp3008 chip = new Mcp3008(t.number("reference", 3.3), time);
                for (int i = 0; i < 8; i++) {
                    chip.input(i, signal(t, "input" + i, 0));
                }
                board.attach(bus, chip);
                take(t, "bus", resolved, taken);
                return chip;
            }
            case "ds18b20" -> {
                long serial = t.integer("serial", 0, 0xFFFF_FFFF_FFFFL, 1);
                take(t, "serial", "number " + serial + " of " + resolved, taken);
                Ds18b20 chip = new Ds18b20(serial, time);
                chip.temperature(signal(t, "temperature", 20));
                board.attach(bus, chip);
                return chip;
            }
            default -> {
                Integer usual = I2C_ADDRESSES.get(type);
                if (usual == null) {
                    throw t.error("type", "is \"" + type + "\"; known are " + String.join(", ", new TreeSet<>(I2C_ADDRESSES.keySet()))
                        + ", mcp3008, ds18b20");
                }
                int address = (int) t.integer("address", 0x08, 0x77, usual);
                take(t, "address", "0x" + Integer.toHexString(address) + " of " + resolved, taken);
                I2cChip chip = i2c(type, address, t, time);
                board.attach(bus, chip);
                return chip;
            }
        }
    }

    private static I2cChip i2c(String type, int address, Toml t, SimulatedTime time) {
        return switch (type) {
            case "bme280" -> {
                Bme280 chip = new Bme280(address, time);
                chip.temperature(signal(t, "temperature", 20));
                chip.pressure(signal(t, "pressure", 101_325));
                chip.humidity(signal(t, "humidity", 50));
                yield chip;
            }
            case "bmp280" -> {
                Bmp280 chip = new Bmp280(address, time);
                chip.temperature(signal(t, "temperature", 20));
                chip.pressure(signal(t, "pressure", 101_325));
                yield chip;
            }
            case "sht31" -> {
                Sht31 chip = new Sht31(address, time);
                chip.temperature(signal(t, "temperature", 20));
                chip.humidity(signal(t, "humidity", 50));
                yield chip;
            }
            case "ads1115" -> {
                Ads1115 chip = new Ads1115(address, time);
                for (int i = 0; i < 4; i++) {
                    chip.input(i, signal(t, "input" + i, 0));
                }
                yield chip;
            }
            case "ina219" -> {
                Ina219 chip = new Ina219(address, time);
                chip.shunt(signal(t, "shunt", 0));
                chip.bus(signal(t, "voltage", 0));
                yield chip;
            }
            case "mpu6050" -> new Mpu6050(address, time);
            case "ds3231" -> {
                if (address != Ds3231.ADDRESS) {
                    throw t.error("address", "cannot be chosen: a DS3231 has 0x68");
                }
                Ds3231 chip = new Ds3231(time);
                chip.temperature(signal(t, "temperature", 20));
                yield chip;
            }
            case "mcp23017" -> new Mcp23017(address);
            case "pcf8574" -> new Pcf8574(address);
            case "pca9685" -> new Pca9685(address);
            case "ssd1306" -> new Ssd1306(address);
            default -> throw new IllegalStateException(type);
        };
    }

    /** A number, or a table {mean, amplitude, period, noise, seed, drift}: seconds and per hour. */
    private static Signal signal(Toml t, String key, double usual) {
        if (!t.isTable(key)) {
            return Signal.constant(t.number(key, usual));
        }
        Toml s = t.table(key);
        double period = s.number("period", 60);
        if (period <= 0) {
            throw s.error("period", "is " + period + ", must be more than 0");
        }
        Signal signal = Signal.sine(s.number("mean", usual), s.number("amplitude", 0), period);
        double noise = s.number("noise", 0);
        long seed = s.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE, 1);
        double drift = s.number("drift", 0);
        s.rejectUnknown();
        signal = drift == 0 ? signal : signal.drift(drift);
        return noise == 0 ? signal : signal.noise(noise, seed);
    }
}
