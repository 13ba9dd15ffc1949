package dev.thimble.mqtt.paho;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final long MILLI = 1_000_000;

    /** Gives the largest value allowed, so that the bounds show. */
    private static final RandomGenerator LARGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    @Test
    void theBoundDoublesUpToTheLimit() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(1000), LARGEST);
        for (long millis : new long[] {100, 200, 400, 800, 1000, 1000, 1000}) {
            assertEquals(millis * MILLI, backoff.next());
        }
        for (int i = 0; i < 1000; i++) {
            assertEquals(1000 * MILLI, backoff.next());
        }
    }

    @Test
    void onlyAConnectionThatLastedStartsOver() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(1000), LARGEST);
        backoff.next();
        backoff.next();
        backoff.lasted(399 * MILLI);
        assertEquals(400 * MILLI, backoff.next());
        backoff.lasted(801 * MILLI);
        assertEquals(100 * MILLI, backoff.next());
    }

    /** 1,000 devices that lost the broker together: no tenth of the interval gets more than a fair share of them. */
    @Test
    void aFleetComesBackSpreadOut() {
        SplittableRandom random = new SplittableRandom(9);
        int[] tenths = new int[10];
        for (int device = 0; device < 1000; device++) {
            Backoff backoff = new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(10), random.split());
            tenths[(int) Math.min(9, backoff.next() / Duration.ofSeconds(1).toNanos())]++;
        }
        for (int count : tenths) {
            assertTrue(count > 60 && count < 140, java.util.Arrays.toString(tenths));
        }
    }
}
