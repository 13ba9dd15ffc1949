package dev.thimble.agent.config;

import com.electronwill.nightconfig.core.UnmodifiableConfig;
import com.electronwill.nightconfig.core.io.ParsingException;
import com.electronwill.nightconfig.toml.TomlParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The effective configuration: defaults, under one TOML file, under {@code THIMBLE_…} variables, under
 * {@code --set key=value}. Immutable; each value remembers its origin.
 *
 * <p>Tables {@code [grant.<module>]} hold what the owner allows a module; they come from the file alone and are read
 * by the hardware layer, which owns their meaning.
 */
public final class Config {
    /** Variables that the launcher reads and the agent does not. */
    private static final Set<String> NOT_SETTINGS = Set.of("THIMBLE_CONFIG", "THIMBLE_JAVA_OPTS", "THIMBLE_HOME");

    /** One effective value. {@code origin} is the file, the variable, {@code --set} or {@code default}. */
    public record Value(Key key, String text, String origin) {}

    private final EnumMap<Key, Value> values = new EnumMap<>(Key.class);
    private final UnmodifiableConfig grants;

    private Config(UnmodifiableConfig grants) {
        this.grants = grants;
        for (Key key : Key.values()) {
            values.put(key, new Value(key, key.fallback(), "default"));
        }
    }

    /**
     * Reads and checks all sources.
     *
     * @param file TOML file, or null for none
     * @param sets {@code key=value} texts, the strongest source; a relative path in them is taken from the working folder
     * @param environment the process's variables
     * @throws ConfigException naming every wrong setting at once
     */
    public static Config load(Path file, List<String> sets, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        UnmodifiableConfig toml = file == null ? com.electronwill.nightconfig.core.Config.inMemory() : parse(file);
        UnmodifiableConfig grants = toml.get("grant") instanceof UnmodifiableConfig tables
                ? tables : com.electronwill.nightconfig.core.Config.inMemory();
        Config config = new Config(grants);
        flatten("", toml).forEach((path, value) -> {
            if (!path.startsWith("grant.")) {
                config.put(path, value, String.valueOf(file), folderOf(file), problems);
            }
        });
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith("THIMBLE_") && !NOT_SETTINGS.contains(name)) {
                config.put(pathOfVariable(name), value, "$" + name, null, problems);
            }
        });
        for (String set : sets) {
            int equals = set.indexOf('=');
            if (equals <= 0) {
                problems.add("--set " + set + ": write it as key=value");
            } else {
                config.put(set.substring(0, equals).strip(), set.substring(equals + 1), "--set", null, problems);
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(String.join("\n", problems));
        }
        return config;
    }

    public String text(Key key) {
        return values.get(key).text();
    }

    public boolean flag(Key key) {
        return Boolean.parseBoolean(text(key));
    }

    public long count(Key key) {
        return Long.parseLong(text(key).replace("_", ""));
    }

    public Duration duration(Key key) {
        return Durations.parse(text(key));
    }

    /** Path of {@code key}, or null when it is empty. */
    public Path path(Key key) {
        return text(key).isEmpty() ? null : Path.of(text(key));
    }

    /** The device's identity: {@link Key#DEVICE_ID}, else the host's name. */
    public String deviceId() {
        String id = text(Key.DEVICE_ID);
        if (!id.isEmpty()) {
            return id;
        }
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
        } catch (UnknownHostException e) {
            throw new ConfigException("device.id is empty and this host has no name (" + e.getMessage() + "): set device.id");
        }
    }

    /** Tables {@code [grant.<module>]} by module name. */
    public UnmodifiableConfig grants() {
        return grants;
    }

    /** Every key with its value and origin, in the order of {@link Key}. */
    public List<Value> effective() {
        return List.copyOf(values.values());
    }

    private void put(String path, Object given, String origin, Path folder, List<String> problems) {
        Key key = keyOf(path);
        if (key == null) {
            problems.add(origin + ": unknown setting '" + path + "'" + nearest(path));
            return;
        }
        String text = String.valueOf(given).strip();
        String problem = check(key, text);
        if (problem != null) {
            problems.add(origin + ": " + key.path() + " = '" + text + "': " + problem);
            return;
        }
        if (key.type() == Key.Type.PATH && folder != null && !text.isEmpty()) {
            text = folder.resolve(text).normalize().toString();
        }
        values.put(key, new Value(key, text, origin));
    }

    private static String check(Key key, String text) {
        return switch (key.type()) {
            case TEXT, PATH -> null;
            case NAME -> text.matches("[A-Za-z0-9._-]{0,64}") ? null : "letters, digits, '.', '_' and '-', at most 64";
            case FLAG -> text.equals("true") || text.equals("false") ? null : "write true or false";
            case COUNT -> text.matches("[1-9][0-9_]{0,14}") ? null : "write a whole number from 1";
            case DURATION -> Durations.isValid(text) ? null : "write a duration such as 500ms, 5s, 2m or 1h";
        };
    }

    private static UnmodifiableConfig parse(Path file) {
        try {
            return new TomlParser().parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (ParsingException e) {
            throw new ConfigException(file + ": not TOML: " + e.getMessage());
        } catch (IOException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static Path folderOf(Path file) {
        return file == null ? null : file.toAbsolutePath().getParent();
    }

    private static Map<String, Object> flatten(String prefix, UnmodifiableConfig table) {
        Map<String, Object> flat = new TreeMap<>();
        for (UnmodifiableConfig.Entry entry : table.entrySet()) {
            String path = prefix + entry.getKey();
            if (entry.getRawValue() instanceof UnmodifiableConfig inner) {
                flat.putAll(flatten(path + ".", inner));
            } else {
                flat.put(path, entry.getRawValue());
            }
        }
        return flat;
    }

    private static String pathOfVariable(String name) {
        for (Key key : Key.values()) {
            if (key.variable().equals(name)) {
                return key.path();
            }
        }
        return name;
    }

    private static Key keyOf(String path) {
        for (Key key : Key.values()) {
            if (key.path().equals(path)) {
                return key;
            }
        }
        return null;
    }

    private static String nearest(String path) {
        String best = null;
        int least = 4;
        for (Key key : Key.values()) {
            int distance = distance(path, key.path());
            if (distance < least) {
                least = distance;
                best = key.path();
            }
        }
        return best == null ? "; `thimble config` lists all" : "; did you mean '" + best + "'?";
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(previous[j - 1] + change, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
