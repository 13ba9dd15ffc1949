package dev.thimble.benchmarks.corpus;

/**
 * One program of the corpus: a module that exports {@code run(i32 n) → i32}, which does an amount of work that grows
 * with n and returns a checksum of it.
 *
 * @param smallN a few milliseconds even for a slow interpreter
 * @param fullN about 0.1 s of native code
 */
public record Program(String name, Growth growth, int smallN, int smallResult, int fullN, int fullResult) {

    /** About twice the work of n, at most the full work. */
    public int more(int n) {
        return Math.min(fullN, growth.twice(n));
    }

    public byte[] wasm() {
        return Corpus.resource(name + ".wasm");
    }

    @Override
    public String toString() {
        return name;
    }
}
