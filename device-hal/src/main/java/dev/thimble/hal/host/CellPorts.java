package dev.thimble.hal.host;

import dev.thimble.hal.board.Clock;
import java.util.Map;

/**
 * What host imports need that is not hardware; the agent implements it. All arrays are windows into guest memory, valid
 * only during the call. Called on the cell's thread; must not allocate in steady state. Results are
 * {@link dev.thimble.hal.board.Errno}s or values ≥ 0.
 *
 * @param config settings of the module, read by {@code thimble:sys/1 config}
 */
public record CellPorts(Clock clock, Random random, Log log, KeyValueStore store, Messages messages, Metrics metrics,
                        Map<String, String> config) {
    /** A source of random bytes fit for keys. */
    public interface Random {
        void fill(byte[] into, int offset, int length);
    }

    /** Takes a module's log lines: UTF-8, not checked, without a line end. */
    public interface Log {
        /** @param level 0 error, 1 warning, 2 information, 3 debug, 4 trace */
        void write(int level, byte[] text, int offset, int length);
    }

    /** Takes a module's metrics. The name is UTF-8. */
    public interface Metrics {
        void set(byte[] name, int offset, int length, long value);
    }

    /** A module's own durable keys and values. Quotas are checked before it is called. */
    public interface KeyValueStore {
        /** @return the value's length, TOO_SMALL (nothing copied), NOT_FOUND or IO */
        int get(byte[] key, int keyOffset, int keyLength, byte[] into, int offset, int capacity);

        /** @return the value's length, or NOT_FOUND */
        int size(byte[] key, int keyOffset, int keyLength);

        /** Durable before it returns. @return OK or IO */
        int put(byte[] key, int keyOffset, int keyLength, byte[] value, int offset, int length);

        /** @return OK, NOT_FOUND or IO */
        int remove(byte[] key, int keyOffset, int keyLength);

        /**
         * Lists keys with a prefix, in byte order: each a 16-bit little-endian length and the key.
         *
         * @return bytes written, or TOO_SMALL
         */
        int list(byte[] prefix, int prefixOffset, int prefixLength, byte[] into, int offset, int capacity);

        /** Bytes of all keys and values. */
        long usedBytes();
    }

    /** The way to the broker. Topics are as the module writes them; grants have been checked. Never blocks. */
    public interface Messages {
        /** Copies and queues. @return OK, or QUOTA or AGAIN when the outbox is full */
        int publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length, int qos,
                    boolean retained);

        /**
         * Subscribes; messages then come by {@link Inbox#message}.
         *
         * @param id what the inbox expects as subscription
         */
        int subscribe(int id, byte[] filter, int offset, int length, int qos);

        int unsubscribe(int id);

        /** Whether the link is up. */
        boolean online();
    }
}
