package dev.thimble.hal.grant;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.toml.Toml;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The grants of all modules on a device, by module name. Immutable.
 *
 * <p>A GPIO line, SPI device, PWM channel or UART belongs to one module, unless every grant of it
 * is a shared GPIO input; I2C and 1-Wire buses may be granted to many.
 */
public record GrantSet(Map<String, Grant> grants) {
    public GrantSet {
        grants = Collections.unmodifiableMap(new LinkedHashMap<>(grants));
    }

    /** What a module may have; nothing when nobody granted it anything. */
    public Grant of(String module) {
        return grants.getOrDefault(module, Grant.NOTHING);
    }

    /** @param source names the file in errors */
    public static GrantSet parse(String text, String source, BoardFile board) {
        Toml t = Toml.parse(text, source);
        GrantSet set = read(t.table("module"), board);
        t.rejectUnknown();
        return set;
    }

    /** Reads a table of grants by module name. @throws Toml.TomlException also when two modules get one pin */
    public static GrantSet read(Toml t, BoardFile board) {
        Map<String, Grant> grants = new LinkedHashMap<>();
        for (String module : t.keys()) {
            grants.put(module, Grant.read(t.table(module)));
        }
        Map<String, String> owners = new HashMap<>();
        Map<String, GrantedDevice> owned = new HashMap<>();
        grants.forEach((module, grant) -> grant.devices().values().forEach(d -> {
            if (d.kind() == DeviceKind.I2C || d.kind() == DeviceKind.ONEWIRE || d.kind() == DeviceKind.ADC) {
                return;
            }
            String key = d.kind() + " " + board.resolve(d.device());
            String owner = owners.putIfAbsent(key, module);
            GrantedDevice first = owned.putIfAbsent(key, d);
            if (owner != null && !(d.shared() && first.shared())) {
                throw t.error(module + "." + d.alias(), "is " + board.resolve(d.device()) + ", which module " + owner
                    + " has as \"" + first.alias() + "\"; only GPIO inputs can be shared, with shared = true in both");
            }
        }));
        return new GrantSet(grants);
    }
}
