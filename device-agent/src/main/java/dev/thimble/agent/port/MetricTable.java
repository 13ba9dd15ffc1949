package dev.thimble.agent.port;

import dev.thimble.hal.host.CellPorts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** One module's metrics: the last value of each, at most {@value #CAPACITY} names. Setting a known one allocates nothing. */
public final class MetricTable implements CellPorts.Metrics {
    public static final int CAPACITY = 64;

    private final byte[][] names = new byte[CAPACITY][];
    private final long[] values = new long[CAPACITY];
    private int count;
    private long refused;

    @Override
    public synchronized void set(byte[] name, int offset, int length, long value) {
        for (int i = 0; i < count; i++) {
            if (Arrays.equals(names[i], 0, names[i].length, name, offset, offset + length)) {
                values[i] = value;
                return;
            }
        }
        if (count == CAPACITY) {
            refused++;
            return;
        }
        names[count] = Arrays.copyOfRange(name, offset, offset + length);
        values[count++] = value;
    }

    /** Every metric by name. Thread-safe. */
    public synchronized Map<String, Long> all() {
        Map<String, Long> all = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            all.put(new String(names[i], StandardCharsets.UTF_8), values[i]);
        }
        return all;
    }

    /** How often a value was dropped because {@value #CAPACITY} other names exist. */
    public synchronized long refused() {
        return refused;
    }
}
