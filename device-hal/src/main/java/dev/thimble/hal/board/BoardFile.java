package dev.thimble.hal.board;

import dev.thimble.hal.toml.Toml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a board is made of, read from a TOML file (see {@code device-hal/README.md} for the format): names of lines,
 * buses and channels, and where the operating system keeps them. Immutable.
 *
 * @param compatible device-tree names of the boards that it describes
 * @param generic names which are not listed are taken as the kernel's own
 * @param aliases other names, for example {@code pin11} or {@code led}, for lines, buses and channels
 */
public record BoardFile(String name, List<String> compatible, boolean generic, Map<String, Line> lines,
                        Map<String, String> i2c, Map<String, String> spi, Map<String, Pwm> pwm,
                        Map<String, String> uart, Map<String, String> oneWire, Map<String, String> aliases) {
    /** The boards that come with Thimble. */
    public static final List<String> BUILT_IN = List.of("raspberry-pi-zero-2w", "raspberry-pi-3", "raspberry-pi-4",
        "raspberry-pi-5", "generic-linux");

    /**
     * @param chips labels of the GPIO chip, for different kernels; empty for any chip that has a line of this name
     * @param offset of the line in the chip, for kernels that give it another name; −1 when only the name counts
     */
    public record Line(String name, List<String> chips, int offset) { }

    /** @param chips device names of the PWM controller, for different kernels */
    public record Pwm(String name, List<String> chips, int channel) { }

    /** One of {@link #BUILT_IN}. */
    public static BoardFile builtIn(String name) {
        if (!BUILT_IN.contains(name)) {
            throw new IllegalArgumentException("no board \"" + name + "\"; known are " + String.join(", ", BUILT_IN)
                + ", or give a file");
        }
        return parse(resource(name), name);
    }

    /** @param source names the file in errors */
    public static BoardFile parse(String text, String source) {
        return read(Toml.parse(text, source));
    }

    private static BoardFile read(Toml t) {
        Map<String, Line> lines = new LinkedHashMap<>();
        for (Toml gpio : t.tables("gpio")) {
            List<String> chips = gpio.strings("chip");
            String prefix = gpio.string("prefix");
            long count = gpio.integer("lines", 1, 1024);
            gpio.rejectUnknown();
            for (int i = 0; i < count; i++) {
                lines.put(prefix + i, new Line(prefix + i, chips, i));
            }
        }
        Map<String, Pwm> pwm = new LinkedHashMap<>();
        Toml pwmTable = t.table("pwm");
        for (String key : pwmTable.keys()) {
            Toml entry = pwmTable.table(key);
            pwm.put(key, new Pwm(key, entry.strings("chip"), (int) entry.integer("channel", 0, 255)));
            entry.rejectUnknown();
        }
        Map<String, String> aliases = new LinkedHashMap<>();
        for (String header : t.strings("header")) {
            aliases.putAll(Toml.parse(resource(header), header).stringMap());
        }
        aliases.putAll(t.table("alias").stringMap());
        BoardFile file = new BoardFile(t.string("name"), t.strings("compatible"), t.bool("generic", false),
            Map.copyOf(lines), Map.copyOf(t.table("i2c").stringMap()), Map.copyOf(t.table("spi").stringMap()),
            Map.copyOf(pwm), Map.copyOf(t.table("uart").stringMap()), Map.copyOf(t.table("onewire").stringMap()),
            Map.copyOf(aliases));
        t.tables("chip");
        t.rejectUnknown();
        aliases.forEach((alias, target) -> {
            if (!file.generic && !file.has(target)) {
                throw t.error("alias." + alias, "points to \"" + target + "\", which the board does not have");
            }
        });
        return file;
    }

    /** The name behind an alias, or the name itself. */
    public String resolve(String nameOrAlias) {
        return aliases.getOrDefault(nameOrAlias, nameOrAlias);
    }

    /** @throws DeviceException NO_DEVICE */
    public Line line(String nameOrAlias) {
        String name = resolve(nameOrAlias);
        Line line = lines.get(name);
        if (line == null && generic) {
            // "label:offset" names a line which has no name of its own.
            int colon = name.lastIndexOf(':');
            if (colon > 0 && name.substring(colon + 1).matches("\\d{1,4}")) {
                return new Line(name, List.of(name.substring(0, colon)), Integer.parseInt(name.substring(colon + 1)));
            }
            return new Line(name, List.of(), -1);
        }
        return found(line, "GPIO line", name, lines);
    }

    /** The device file. @throws DeviceException NO_DEVICE */
    public String i2cDevice(String nameOrAlias) {
        String name = resolve(nameOrAlias);
        return found(kernel(i2c.get(name), name, "i2c", "/dev/i2c-"), "I2C bus", name, i2c);
    }

    /** The device file. @throws DeviceException NO_DEVICE */
    public String spiDevice(String nameOrAlias) {
        String name = resolve(nameOrAlias);
        return found(kernel(spi.get(name), name, "spi", "/dev/spidev"), "SPI device", name, spi);
    }

    /** @throws DeviceException NO_DEVICE */
    public Pwm pwmChannel(String nameOrAlias) {
        String name = resolve(nameOrAlias);
        Pwm channel = pwm.get(name);
        if (channel == null && generic && name.matches("pwmchip\\d+\\.\\d+")) {
            int dot = name.indexOf('.');
            channel = new Pwm(name, List.of(name.substring(0, dot)), Integer.parseInt(name.substring(dot + 1)));
        }
        return found(channel, "PWM channel", name, pwm);
    }

    /** The device file. @throws DeviceException NO_DEVICE */
    public String uartDevice(String nameOrAlias) {
        String name = resolve(nameOrAlias);
        return found(kernel(uart.get(name), name, "tty", "/dev/tty"), "UART", name, uart);
    }

    /** The sysfs folder of the bus master. @throws DeviceException NO_DEVICE */
    public String oneWireDevice(String nameOrAlias) {
        String name = resolve(nameOrAlias);
        return found(kernel(oneWire.get(name), name, "w1_bus_master", "/sys/bus/w1/devices/w1_bus_master"),
            "1-Wire bus", name, oneWire);
    }

    private boolean has(String name) {
        return lines.containsKey(name) || i2c.containsKey(name) || spi.containsKey(name) || pwm.containsKey(name)
            || uart.containsKey(name) || oneWire.containsKey(name);
    }

    private String kernel(String listed, String name, String prefix, String device) {
        return listed == null && generic && name.startsWith(prefix) ? device + name.substring(prefix.length()) : listed;
    }

    private <T> T found(T value, String kind, String wanted, Map<String, ?> known) {
        if (value == null) {
            throw new DeviceException(Errno.NO_DEVICE, name + " has no " + kind + " \"" + wanted + "\"; it has "
                + (known.isEmpty() ? "none" : String.join(", ", known.keySet().stream().sorted().toList())));
        }
        return value;
    }

    private static String resource(String name) {
        try (InputStream in = BoardFile.class.getResourceAsStream(name + ".toml")) {
            if (in == null) {
                throw new IllegalArgumentException("no built-in board file " + name + ".toml");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
