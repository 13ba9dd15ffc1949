package dev.thimble.benchmarks.engine;

/** A program's exported function {@code run}, in an instance of some engine. Used by one thread. */
@FunctionalInterface
public interface Entry {
    int run(int n);
}
