package dev.thimble.ota.step;

import dev.thimble.ota.document.Phase;
import java.util.Set;

/**
 * What distinguishes one device's updater from another's.
 *
 * @param device the device's name
 * @param groups groups that it belongs to
 * @param development whether it accepts development keys, and says so
 * @param window chunks asked for at once, 1 … 8
 * @param jitterMillis an accepted assignment starts at a moment of this span that depends on device and generation
 * @param maxTries how often candidate code may be started, restarts of the device included
 * @param maxAttempts transient failures from STAGE on before a release is given up
 */
public record Settings(String device, Set<String> groups, boolean development, int window, long jitterMillis,
                       int maxTries, int maxAttempts, Timing timing) {
    public Settings {
        groups = Set.copyOf(groups);
        if (window < 1 || window > 8) {
            throw new IllegalArgumentException("window " + window + ": 1 to 8 chunks are allowed");
        }
    }

    public static Settings of(String device) {
        return new Settings(device, Set.of(), false, 8, 0, 3, 3, Timing.DEFAULT);
    }

    /** A stable number in 0 … bound-1 that depends on the device and on {@code salt}. */
    long spread(long salt, long bound) {
        long x = device.hashCode() * 0x9E3779B97F4A7C15L + salt;
        x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
        x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
        return bound <= 0 ? 0 : Math.floorMod(x ^ x >>> 31, bound);
    }

    /**
     * Waiting time after the n-th failed attempt: doubling, capped, a quarter of it spread over the fleet. After
     * a trial the old release also needs time to show whether the broker comes back with it.
     */
    long pause(Failure failure, int attempts) {
        long full = Math.min(timing.backoffMax(), timing.backoffMin() << Math.min(attempts - 1, 20));
        long spread = full - full / 4 + spread(attempts, full / 4 + 1);
        return failure.at() == Phase.PROBATION ? Math.max(spread, timing.linkGrace()) : spread;
    }
}
