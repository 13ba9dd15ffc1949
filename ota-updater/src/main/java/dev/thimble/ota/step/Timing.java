package dev.thimble.ota.step;

/**
 * Every deadline, in milliseconds.
 *
 * @param manifest for the manifest to arrive
 * @param preflight for the checks
 * @param chunkSilence after which missing chunks are asked for again (doubling)
 * @param carouselSilence after which a listener starts to pull
 * @param fetchSilence without any chunk before the attempt counts as failed
 * @param verify for hashing and decoding
 * @param stage for the self-test
 * @param shadow for the shadow run
 * @param swap for the exchange
 * @param persist for the table to reach the disk
 * @param linkGrace how long after probation the broker may stay unreachable
 * @param backoffMin after the first transient failure
 * @param backoffMax at most
 */
public record Timing(long manifest, long preflight, long chunkSilence, long carouselSilence, long fetchSilence, long verify,
                     long stage, long shadow, long swap, long persist, long linkGrace, long backoffMin, long backoffMax) {
    public static final Timing DEFAULT = new Timing(30_000, 30_000, 3_000, 10_000, 600_000, 120_000,
            60_000, 3_600_000, 10_000, 30_000, 600_000, 2_000, 3_600_000);
}
