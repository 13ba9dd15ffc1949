package dev.thimble.benchmarks.corpus;

/** How a program's work grows with its argument n. */
public enum Growth {
    LINEAR {
        @Override
        public double work(int n) {
            return n;
        }

        @Override
        int twice(int n) {
            return n * 2;
        }
    },
    /** Calls of the naive recursion: the golden ratio to the power of n. */
    FIBONACCI {
        @Override
        public double work(int n) {
            return Math.pow((1 + Math.sqrt(5)) / 2, n);
        }

        @Override
        int twice(int n) {
            return n + 1;
        }
    },
    /** Comparisons of a sort of n thousand elements. */
    N_LOG_N {
        @Override
        public double work(int n) {
            return n * (Math.log(n * 1000.0) / Math.log(2));
        }

        @Override
        int twice(int n) {
            return n * 2;
        }
    };

    /** The work that run(n) does, in a unit of the program's own. */
    public abstract double work(int n);

    abstract int twice(int n);
}
