package dev.thimble.benchmarks.measure;

/**
 * What was measured of one program in one engine. All times are CPU time of the calling thread in nanoseconds, so that
 * neighbours on the machine and the JIT compiler's threads do not count.
 *
 * @param n argument of each measured call
 * @param calls how many there were
 * @param best the fastest call
 * @param median the call in the middle
 * @param cold loading the module and the first call at the program's small n
 * @param result what run(n) returned
 */
public record Sample(int n, int calls, long best, long median, long cold, int result) {
}
