package dev.thimble.agent.shadow;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.host.CellPorts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** A module's keys and values as they were when its shadow began; what the shadow changes stays here. */
public final class CopiedStore implements CellPorts.KeyValueStore {
    /** One character for each byte of a key, so that the order is that of unsigned bytes. */
    private final TreeMap<String, byte[]> values = new TreeMap<>();

    public CopiedStore(CellPorts.KeyValueStore of) {
        byte[] keys = new byte[64];
        int length = of.list(keys, 0, 0, keys, 0, keys.length);
        while (length == Errno.TOO_SMALL) {
            keys = new byte[2 * keys.length];
            length = of.list(keys, 0, 0, keys, 0, keys.length);
        }
        for (int at = 0; at < length; ) {
            int keyLength = keys[at] & 0xFF | (keys[at + 1] & 0xFF) << 8;
            byte[] value = new byte[of.size(keys, at + 2, keyLength)];
            of.get(keys, at + 2, keyLength, value, 0, value.length);
            values.put(key(keys, at + 2, keyLength), value);
            at += 2 + keyLength;
        }
    }

    private static String key(byte[] from, int offset, int length) {
        return new String(from, offset, length, StandardCharsets.ISO_8859_1);
    }

    @Override
    public int get(byte[] key, int keyOffset, int keyLength, byte[] into, int offset, int capacity) {
        byte[] value = values.get(key(key, keyOffset, keyLength));
        if (value == null || value.length > capacity) {
            return value == null ? Errno.NOT_FOUND : Errno.TOO_SMALL;
        }
        System.arraycopy(value, 0, into, offset, value.length);
        return value.length;
    }

    @Override
    public int size(byte[] key, int keyOffset, int keyLength) {
        byte[] value = values.get(key(key, keyOffset, keyLength));
        return value == null ? Errno.NOT_FOUND : value.length;
    }

    @Override
    public int put(byte[] key, int keyOffset, int keyLength, byte[] value, int offset, int length) {
        values.put(key(key, keyOffset, keyLength), Arrays.copyOfRange(value, offset, offset + length));
        return Errno.OK;
    }

    @Override
    public int remove(byte[] key, int keyOffset, int keyLength) {
        return values.remove(key(key, keyOffset, keyLength)) == null ? Errno.NOT_FOUND : Errno.OK;
    }

    @Override
    public int list(byte[] prefix, int prefixOffset, int prefixLength, byte[] into, int offset, int capacity) {
        String begin = key(prefix, prefixOffset, prefixLength);
        int end = offset;
        for (String key : values.tailMap(begin).keySet()) {
            if (!key.startsWith(begin)) {
                break;
            }
            if (end - offset + 2 + key.length() > capacity) {
                return Errno.TOO_SMALL;
            }
            into[end] = (byte) key.length();
            into[end + 1] = (byte) (key.length() >>> 8);
            System.arraycopy(key.getBytes(StandardCharsets.ISO_8859_1), 0, into, end + 2, key.length());
            end += 2 + key.length();
        }
        return end - offset;
    }

    @Override
    public long usedBytes() {
        return values.entrySet().stream().mapToLong(CopiedStore::bytes).sum();
    }

    private static long bytes(Map.Entry<String, byte[]> entry) {
        return entry.getKey().length() + entry.getValue().length;
    }
}
