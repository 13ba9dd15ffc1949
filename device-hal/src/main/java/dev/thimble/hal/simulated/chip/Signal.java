package dev.thimble.hal.simulated.chip;

/** A physical quantity over time: what a simulated sensor is exposed to. */
@FunctionalInterface
public interface Signal {
    /** The value at a time of the simulation's clock. The same time gives the same value. */
    double at(long nanos);

    static Signal constant(double value) {
        return nanos -> value;
    }

    /** A sine wave around a mean. */
    static Signal sine(double mean, double amplitude, double periodSeconds) {
        return nanos -> mean + amplitude * Math.sin(2 * Math.PI * nanos / (periodSeconds * 1e9));
    }

    /** Adds Gaussian noise that a seed and the time determine, so that a run can be repeated. */
    default Signal noise(double sigma, long seed) {
        return nanos -> at(nanos) + sigma * gaussian(nanos * 0x9E3779B97F4A7C15L + seed);
    }

    /** Adds a linear drift from time 0. */
    default Signal drift(double perHour) {
        return nanos -> at(nanos) + perHour * nanos / 3.6e12;
    }

    private static double gaussian(long key) {
        double u = ((mix(key) >>> 11) + 1) * 0x1p-53;
        double v = (mix(key + 0x632BE59BD9B4E019L) >>> 11) * 0x1p-53;
        return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
