package dev.thimble.hal.host;

import dev.thimble.hal.board.Clock;
import dev.thimble.hal.board.Errno;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The agent's side of the ports, in memory; what went through can be looked at. */
final class Ports implements CellPorts.Random, CellPorts.Log, CellPorts.KeyValueStore, CellPorts.Messages,
    CellPorts.Metrics {
    final List<String> lines = new ArrayList<>();
    final List<String> published = new ArrayList<>();
    final List<String> subscriptions = new ArrayList<>();
    final Map<String, Long> metrics = new TreeMap<>();
    final TreeMap<String, byte[]> store = new TreeMap<>();
    boolean online = true;
    /** Counts without keeping, for allocation tests. */
    boolean quiet;
    long count;

    CellPorts ports(Clock clock) {
        return new CellPorts(clock, this, this, this, this, this, Map.of("interval", "250"));
    }

    private static String text(byte[] b, int at, int n) {
        return new String(b, at, n, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void fill(byte[] into, int offset, int length) {
        Arrays.fill(into, offset, offset + length, (byte) 0x5A);
    }

    @Override
    public void write(int level, byte[] text, int offset, int length) {
        count++;
        if (!quiet) {
            lines.add(level + " " + text(text, offset, length));
        }
    }

    @Override
    public void set(byte[] name, int offset, int length, long value) {
        count++;
        if (!quiet) {
            metrics.put(text(name, offset, length), value);
        }
    }

    @Override
    public int get(byte[] key, int keyOffset, int keyLength, byte[] into, int offset, int capacity) {
        byte[] value = store.get(text(key, keyOffset, keyLength));
        if (value == null) {
            return Errno.NOT_FOUND;
        }
        if (value.length > capacity) {
            return Errno.TOO_SMALL;
        }
        System.arraycopy(value, 0, into, offset, value.length);
        return value.length;
    }

    @Override
    public int size(byte[] key, int keyOffset, int keyLength) {
        byte[] value = store.get(text(key, keyOffset, keyLength));
        return value == null ? Errno.NOT_FOUND : value.length;
    }

    @Override
    public int put(byte[] key, int keyOffset, int keyLength, byte[] value, int offset, int length) {
        store.put(text(key, keyOffset, keyLength), Arrays.copyOfRange(value, offset, offset + length));
        return Errno.OK;
    }

    @Override
    public int remove(byte[] key, int keyOffset, int keyLength) {
        return store.remove(text(key, keyOffset, keyLength)) == null ? Errno.NOT_FOUND : Errno.OK;
    }

    @Override
    public int list(byte[] prefix, int prefixOffset, int prefixLength, byte[] into, int offset, int capacity) {
        int at = offset;
        for (String key : store.keySet()) {
            if (key.startsWith(text(prefix, prefixOffset, prefixLength))) {
                if (at + 2 + key.length() > offset + capacity) {
                    return Errno.TOO_SMALL;
                }
                into[at] = (byte) key.length();
                into[at + 1] = 0;
                System.arraycopy(key.getBytes(StandardCharsets.ISO_8859_1), 0, into, at + 2, key.length());
                at += 2 + key.length();
            }
        }
        return at - offset;
    }

    @Override
    public long usedBytes() {
        return store.entrySet().stream().mapToLong(e -> e.getKey().length() + e.getValue().length).sum();
    }

    @Override
    public int publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length, int qos,
                       boolean retained) {
        count++;
        if (!quiet) {
            published.add(text(topic, topicOffset, topicLength) + "=" + text(payload, offset, length) + " q" + qos
                + (retained ? " retained" : ""));
        }
        return Errno.OK;
    }

    @Override
    public int subscribe(int id, byte[] filter, int offset, int length, int qos) {
        subscriptions.add("+" + id + " " + text(filter, offset, length) + " q" + qos);
        return Errno.OK;
    }

    @Override
    public int unsubscribe(int id) {
        subscriptions.add("-" + id);
        return Errno.OK;
    }

    @Override
    public boolean online() {
        return online;
    }
}
