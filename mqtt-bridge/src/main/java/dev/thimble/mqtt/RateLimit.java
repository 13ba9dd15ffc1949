package dev.thimble.mqtt;

/**
 * A token bucket: {@code burst} messages at once, refilled with {@code perSecond} messages a second.
 *
 * @param perSecond messages a second in the long run, more than 0
 * @param burst     messages at once, at least 1
 */
public record RateLimit(double perSecond, int burst) {

    public static final RateLimit UNLIMITED = new RateLimit(Double.POSITIVE_INFINITY, Integer.MAX_VALUE);

    public RateLimit {
        if (!(perSecond > 0) || burst < 1) {
            throw new IllegalArgumentException(
                    "rate limit of " + perSecond + "/s with a burst of " + burst + "; both must be positive");
        }
    }
}
