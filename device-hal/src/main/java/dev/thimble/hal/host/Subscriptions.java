package dev.thimble.hal.host;

import dev.thimble.hal.board.Errno;
import java.nio.charset.StandardCharsets;

/** A cell's subscriptions. A successor that subscribes to the same filter gets the same id, and no message is lost between. */
final class Subscriptions {
    static final int MAX = 32;
    private final String[] filters = new String[MAX];
    private final int[] levels = new int[MAX];
    private final int[] holders = new int[MAX];

    /** @return an id from 1, QUOTA, or the port's Errno */
    int add(String filter, int qos, CellPorts.Messages port) {
        int free = -1;
        for (int i = 0; i < MAX; i++) {
            if (filter.equals(filters[i])) {
                if (levels[i] != qos) {
                    int result = subscribe(i + 1, filter, qos, port);
                    if (result < 0) {
                        return result;
                    }
                    levels[i] = qos;
                }
                holders[i]++;
                return i + 1;
            }
            if (filters[i] == null && free < 0) {
                free = i;
            }
        }
        if (free < 0) {
            return Errno.QUOTA;
        }
        int result = subscribe(free + 1, filter, qos, port);
        if (result < 0) {
            return result;
        }
        filters[free] = filter;
        levels[free] = qos;
        holders[free] = 1;
        return free + 1;
    }

    /** Gives filters the numbers that they have there; nobody holds them yet. */
    void number(Subscriptions as) {
        System.arraycopy(as.filters, 0, filters, 0, MAX);
        System.arraycopy(as.levels, 0, levels, 0, MAX);
    }

    int remove(int id, CellPorts.Messages port) {
        if (--holders[id - 1] > 0) {
            return Errno.OK;
        }
        filters[id - 1] = null;
        return port.unsubscribe(id);
    }

    private static int subscribe(int id, String filter, int qos, CellPorts.Messages port) {
        byte[] bytes = filter.getBytes(StandardCharsets.UTF_8);
        return port.subscribe(id, bytes, 0, bytes.length, qos);
    }
}
