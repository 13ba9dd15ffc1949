package dev.thimble.hal.grant;

import dev.thimble.hal.toml.Toml;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the device's owner allows one module; everything else is denied. Immutable. Format: {@code device-hal/README.md}.
 *
 * @param devices by alias, in the order of the file
 */
public record Grant(Map<String, GrantedDevice> devices, List<TopicRule> publish, List<TopicRule> subscribe,
                    List<Preopen> preopens, Quotas quotas) {
    /** Nothing but the default quotas. */
    public static final Grant NOTHING = new Grant(Map.of(), List.of(), List.of(), List.of(), Quotas.DEFAULT);

    public Grant {
        devices = Collections.unmodifiableMap(new LinkedHashMap<>(devices));
        publish = List.copyOf(publish);
        subscribe = List.copyOf(subscribe);
        preopens = List.copyOf(preopens);
    }

    /** Without files. */
    public Grant(Map<String, GrantedDevice> devices, List<TopicRule> publish, List<TopicRule> subscribe, Quotas quotas) {
        this(devices, publish, subscribe, List.of(), quotas);
    }

    /** The same for a run that must leave no traces. */
    public Grant withoutFiles() {
        return new Grant(devices, publish, subscribe, quotas);
    }

    public static Grant of(List<TopicRule> publish, List<TopicRule> subscribe, GrantedDevice... devices) {
        Map<String, GrantedDevice> byAlias = new LinkedHashMap<>();
        for (GrantedDevice d : devices) {
            byAlias.put(d.alias(), d);
        }
        return new Grant(byAlias, publish, subscribe, Quotas.DEFAULT);
    }

    /** @param source names the file in errors */
    public static Grant parse(String text, String source) {
        return read(Toml.parse(text, source));
    }

    /** Reads a table {device, publish, subscribe, preopen, quotas}. */
    public static Grant read(Toml t) {
        Map<String, GrantedDevice> devices = new LinkedHashMap<>();
        for (Toml d : t.tables("device")) {
            GrantedDevice device = device(d);
            if (devices.put(device.alias(), device) != null) {
                throw d.error("alias", "\"" + device.alias() + "\" is given twice");
            }
        }
        Grant grant = new Grant(devices, rules(t, "publish", "topic"), rules(t, "subscribe", "filter"),
            preopens(t), Quotas.read(t.table("quotas"), Quotas.DEFAULT));
        t.rejectUnknown();
        return grant;
    }

    private static GrantedDevice device(Toml t) {
        DeviceKind kind = t.oneOf("kind", DeviceKind.class, null);
        String alias = t.string("alias");
        String device = t.string(kind == DeviceKind.GPIO ? "line" : "bus");
        GrantedDevice granted = switch (kind) {
            case GPIO -> new GrantedDevice(alias, kind, device, Addresses.NONE, modes(t),
                t.oneOf("safe", SafeLevel.class, SafeLevel.INACTIVE), t.bool("shared", false), null);
            case I2C -> GrantedDevice.i2c(alias, device, addresses(t, "addresses"));
            case ADC -> GrantedDevice.adc(alias, device, converter(t));
            case SPI, PWM, UART, ONEWIRE -> GrantedDevice.of(kind, alias, device);
        };
        if (granted.shared() && !granted.modes().equals(Set.of(GpioMode.IN))) {
            throw t.error("shared", "is only for lines with modes = [\"in\"]");
        }
        t.rejectUnknown();
        return granted;
    }

    private static List<Preopen> preopens(Toml t) {
        List<Preopen> preopens = new ArrayList<>();
        for (Toml p : t.tables("preopen")) {
            preopens.add(new Preopen(path(p, "guest"), path(p, "host"), p.bool("write", false)));
            p.rejectUnknown();
        }
        return preopens;
    }

    static String path(Toml t, String key) {
        String path = t.string(key);
        if (!path.startsWith("/")) {
            throw t.error(key, "is \"" + path + "\"; it must be an absolute path");
        }
        return path;
    }

    private static Converter converter(Toml t) {
        String chip = t.string("chip");
        return switch (chip) {
            case "ads1115" -> new Converter(chip, (int) t.integer("address", 0x48, 0x4B, 0x48),
                (int) t.integer("channel", 0, 3), t.integer("full-scale-microvolts", 256_000, 6_144_000, 4_096_000));
            case "mcp3008" -> new Converter(chip, 0, (int) t.integer("channel", 0, 7),
                t.integer("full-scale-microvolts", 1, 5_500_000, 3_300_000));
            default -> throw t.error("chip", "is \"" + chip + "\", must be ads1115 or mcp3008");
        };
    }

    static Set<GpioMode> modes(Toml t) {
        Set<GpioMode> modes = EnumSet.noneOf(GpioMode.class);
        for (String mode : t.strings("modes")) {
            switch (mode) {
                case "in" -> modes.add(GpioMode.IN);
                case "out" -> modes.add(GpioMode.OUT);
                case "open-drain" -> modes.add(GpioMode.OPEN_DRAIN);
                default -> throw t.error("modes", "contains \"" + mode + "\"; known are in, out, open-drain");
            }
        }
        if (modes.isEmpty()) {
            throw t.error("modes", "is missing; expected some of in, out, open-drain");
        }
        return modes;
    }

    static Addresses addresses(Toml t, String key) {
        try {
            List<String> text = new ArrayList<>();
            t.elements(key).forEach(e -> text.add(String.valueOf(e)));
            return Addresses.parse(text);
        } catch (IllegalArgumentException e) {
            throw t.error(key, "is wrong: " + e.getMessage());
        }
    }

    static List<TopicRule> rules(Toml t, String key, String topicKey) {
        List<TopicRule> rules = new ArrayList<>();
        for (Toml rule : t.tables(key)) {
            String filter = rule.string(topicKey);
            if (!wellFormed(filter)) {
                throw rule.error(topicKey, "is \"" + filter
                    + "\", not an MQTT topic filter: + stands alone in its level, # alone at the end");
            }
            rules.add(new TopicRule(filter, (int) rule.integer("per-minute", 0, 1_000_000, 0)));
            rule.rejectUnknown();
        }
        return rules;
    }

    /** MQTT 5 §4.7.1. */
    private static boolean wellFormed(String filter) {
        String[] levels = filter.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            boolean wild = levels[i].contains("+") || levels[i].contains("#");
            if (wild && (levels[i].length() > 1 || levels[i].equals("#") && i < levels.length - 1)) {
                return false;
            }
        }
        return !filter.isEmpty() && filter.indexOf('\0') < 0;
    }
}
