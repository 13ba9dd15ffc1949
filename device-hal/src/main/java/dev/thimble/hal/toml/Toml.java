package dev.thimble.hal.toml;

import com.electronwill.nightconfig.core.Config;
import com.electronwill.nightconfig.core.UnmodifiableConfig;
import com.electronwill.nightconfig.core.io.ParsingException;
import com.electronwill.nightconfig.toml.TomlParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One TOML table, read strictly: a missing key, a wrong type, a value out of range and a key that nobody asked for are
 * errors which name file, key and what was expected. Not thread-safe; keep the records that are made of it, not this.
 */
public final class Toml {
    private final UnmodifiableConfig table;
    private final String where;
    private final Set<String> asked = new LinkedHashSet<>();

    private Toml(UnmodifiableConfig table, String where) {
        this.table = table;
        this.where = where;
    }

    /** @param source names the file in errors */
    public static Toml parse(String text, String source) {
        try {
            return new Toml(new TomlParser().parse(text), source);
        } catch (ParsingException e) {
            throw new TomlException(source + ": not TOML: " + e.getMessage(), e);
        }
    }

    /** Wraps a table that something else has parsed, for example a section of the agent's configuration. */
    public static Toml of(UnmodifiableConfig table, String where) {
        return new Toml(table, where);
    }

    public boolean has(String key) {
        return table.contains(List.of(key));
    }

    public Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>();
        table.entrySet().forEach(entry -> keys.add(entry.getKey()));
        return keys;
    }

    public String string(String key) {
        return value(key, String.class, "a string");
    }

    public String string(String key, String orElse) {
        return has(key) ? string(key) : orElse;
    }

    public boolean bool(String key, boolean orElse) {
        return has(key) ? value(key, Boolean.class, "true or false") : orElse;
    }

    public long integer(String key, long min, long max) {
        long value = value(key, Number.class, "an integer").longValue();
        if (value < min || value > max) {
            throw error(key, "is " + value + ", must be " + min + " to " + max);
        }
        return value;
    }

    public long integer(String key, long min, long max, long orElse) {
        return has(key) ? integer(key, min, max) : orElse;
    }

    public double number(String key, double orElse) {
        double number = has(key) ? value(key, Number.class, "a number").doubleValue() : orElse;
        if (!Double.isFinite(number)) {
            throw error(key, "is " + number + "; expected a finite number");
        }
        return number;
    }

    /** A list of strings; a single string stands for a list of one. */
    public List<String> strings(String key) {
        if (!has(key)) {
            return List.of();
        }
        Object value = get(key);
        if (value instanceof String one) {
            return List.of(one);
        }
        return elements(key, value, String.class, "a list of strings");
    }

    /** A list of whatever it holds. */
    public List<Object> elements(String key) {
        return elements(key, value(key, Object.class, "a list"), Object.class, "a list");
    }

    /** One of the constants of an enum, written in lower case with {@code -} for {@code _}. */
    public <E extends Enum<E>> E oneOf(String key, Class<E> type, E orElse) {
        if (!has(key) && orElse != null) {
            return orElse;
        }
        String text = string(key);
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (name.equals(text)) {
                return constant;
            }
            names.add(name);
        }
        throw error(key, "is \"" + text + "\", must be one of " + String.join(", ", names));
    }

    public boolean isTable(String key) {
        return has(key) && get(key) instanceof UnmodifiableConfig;
    }

    /** A sub-table, or an empty one. */
    public Toml table(String key) {
        if (!has(key)) {
            asked.add(key);
            return new Toml(Config.inMemory(), where + " [" + key + "]");
        }
        return new Toml(value(key, UnmodifiableConfig.class, "a table"), where + " [" + key + "]");
    }

    /** An array of tables, or none. */
    public List<Toml> tables(String key) {
        List<Toml> tables = new ArrayList<>();
        if (has(key)) {
            int index = 0;
            for (UnmodifiableConfig c : elements(key, get(key), UnmodifiableConfig.class, "an array of tables")) {
                tables.add(new Toml(c, where + " [[" + key + "]] number " + ++index));
            }
        }
        return tables;
    }

    /** All entries of this table as strings, in the order of the file. */
    public Map<String, String> stringMap() {
        Map<String, String> map = new LinkedHashMap<>();
        keys().forEach(key -> map.put(key, string(key)));
        return map;
    }

    /** Fails if the table has a key that was not asked for: a misspelt key must not be ignored. */
    public void rejectUnknown() {
        Set<String> unknown = new LinkedHashSet<>(keys());
        unknown.removeAll(asked);
        if (!unknown.isEmpty()) {
            throw new TomlException(where + ": unknown key " + String.join(", ", unknown)
                + "; known are " + String.join(", ", asked));
        }
    }

    public TomlException error(String key, String problem) {
        return new TomlException(where + ": " + key + " " + problem);
    }

    public String where() {
        return where;
    }

    private Object get(String key) {
        asked.add(key);
        return table.get(List.of(key));
    }

    private <T> T value(String key, Class<T> type, String expected) {
        Object value = get(key);
        if (value == null) {
            throw error(key, "is missing; expected " + expected);
        }
        if (!type.isInstance(value)) {
            throw error(key, "is " + value + "; expected " + expected);
        }
        return type.cast(value);
    }

    private <T> List<T> elements(String key, Object value, Class<T> type, String expected) {
        if (!(value instanceof List<?> list)) {
            throw error(key, "is " + value + "; expected " + expected);
        }
        List<T> result = new ArrayList<>();
        for (Object element : list) {
            if (!type.isInstance(element)) {
                throw error(key, "contains " + element + "; expected " + expected);
            }
            result.add(type.cast(element));
        }
        return result;
    }

    /** What is wrong in a TOML file, and where. */
    public static final class TomlException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TomlException(String message) {
            super(message);
        }

        TomlException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
