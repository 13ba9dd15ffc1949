package dev.thimble.ota.cbor;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads one CBOR map with text keys; every accessor checks type and limit and names the field in its
 * complaint. {@link #end()} refuses keys that nobody asked for.
 */
public final class Fields {
    private final String path;
    private final CBORObject map;
    private final Set<String> asked = new HashSet<>();

    private Fields(String path, CBORObject map) {
        this.path = path;
        this.map = map;
        if (map.getType() != CBORType.Map || map.isTagged()) {
            throw new MalformedDocumentException(path + ": a map is expected");
        }
        for (CBORObject key : map.getKeys()) {
            if (key.getType() != CBORType.TextString) {
                throw new MalformedDocumentException(path + ": the key " + key + " is not a text");
            }
        }
    }

    public static Fields parse(byte[] bytes, String document, int maxBytes) {
        return new Fields(document, Cbor.decode(bytes, document, maxBytes));
    }

    public boolean has(String key) {
        asked.add(key);
        return map.ContainsKey(key);
    }

    public String text(String key, int maxLength) {
        return Values.text(value(key), path + "." + key, maxLength);
    }

    public long uint(String key, long max) {
        return Values.uint(value(key), path + "." + key, max);
    }

    public int count(String key, int max) {
        return (int) uint(key, max);
    }

    public boolean flag(String key) {
        return Values.flag(value(key), path + "." + key);
    }

    public byte[] bytes(String key, int min, int max) {
        return Values.bytes(value(key), path + "." + key, min, max);
    }

    /** An array of arrays, each read by position and to its end. */
    public <T> List<T> rows(String key, int maxRows, Function<Row, T> read) {
        String at = path + "." + key;
        List<T> rows = new ArrayList<>();
        for (CBORObject item : Values.array(value(key), at, maxRows)) {
            Row row = new Row(at + "[" + rows.size() + "]", item);
            rows.add(row.readAll(read));
        }
        return List.copyOf(rows);
    }

    public List<String> texts(String key, int maxItems, int maxLength) {
        return Values.texts(value(key), path + "." + key, maxItems, maxLength);
    }

    public int[] uints(String key, int maxItems, int max) {
        return Values.uints(value(key), path + "." + key, maxItems, max);
    }

    /** A map from text to whatever {@code read} makes of a value. */
    public <T> Map<String, T> entries(String key, int maxEntries, int maxKeyLength, Function<Row, T> read) {
        String at = path + "." + key;
        CBORObject entries = value(key);
        if (entries.getType() != CBORType.Map || entries.size() > maxEntries) {
            throw new MalformedDocumentException(at + ": a map of at most " + maxEntries + " entries is expected");
        }
        Map<String, T> result = new TreeMap<>();
        for (Map.Entry<CBORObject, CBORObject> entry : entries.getEntries()) {
            String name = Values.text(entry.getKey(), at + " key", maxKeyLength);
            CBORObject wrapped = CBORObject.NewArray().Add(entry.getValue());
            result.put(name, new Row(at + "." + name, wrapped).readAll(read));
        }
        return result;
    }

    /** To be called last: refuses unknown keys, so that nothing signed is silently ignored. */
    public void end() {
        for (CBORObject key : map.getKeys()) {
            if (!asked.contains(key.AsString())) {
                throw new MalformedDocumentException(path + ": the key '" + key.AsString() + "' is unknown");
            }
        }
    }

    private CBORObject value(String key) {
        asked.add(key);
        CBORObject value = map.get(key);
        if (value == null) {
            throw new MalformedDocumentException(path + "." + key + ": is missing");
        }
        return value;
    }
}
