package dev.thimble.hal.grant;

import dev.thimble.hal.toml.Toml;

/**
 * How much of everything a module gets, or asks for.
 *
 * @param storageBytes keys and values together
 * @param storageWritesPerHour puts and removes, because flash wears out
 * @param logLinesPerMinute 0 for none, and so for all others
 * @param memoryPages 64 KiB each
 * @param fuelPerEvent instructions, about
 */
public record Quotas(long storageBytes, int storageWritesPerHour, int logLinesPerMinute, int metricsPerMinute,
                     int memoryPages, long fuelPerEvent) {
    /** What a grant gives when it does not say: enough for a small sensor module. */
    public static final Quotas DEFAULT = new Quotas(4096, 60, 60, 120, 16, 10_000_000);
    /** What a request asks for when it does not say. */
    public static final Quotas NONE = new Quotas(0, 0, 0, 0, 0, 0);

    static Quotas read(Toml t, Quotas orElse) {
        return new Quotas(t.integer("storage-bytes", 0, 1L << 30, orElse.storageBytes),
            (int) t.integer("storage-writes-per-hour", 0, 1_000_000, orElse.storageWritesPerHour),
            (int) t.integer("log-lines-per-minute", 0, 1_000_000, orElse.logLinesPerMinute),
            (int) t.integer("metrics-per-minute", 0, 1_000_000, orElse.metricsPerMinute),
            (int) t.integer("memory-pages", 0, 65_536, orElse.memoryPages),
            t.integer("fuel-per-event", 0, Long.MAX_VALUE, orElse.fuelPerEvent));
    }
}
