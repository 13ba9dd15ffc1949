package dev.thimble.benchmarks.compare;

import java.util.List;
import java.util.Locale;

/** How the measuring JVM compiles. */
enum JvmMode {
    /** As it comes: C1, then C2. */
    C2(List.of()),
    /** What small boards run. */
    C1(List.of("-XX:TieredStopAtLevel=1")),
    /** No compiler at all. */
    INT(List.of("-Xint"));

    private final List<String> flags;

    JvmMode(List<String> flags) {
        this.flags = flags;
    }

    List<String> flags() {
        return flags;
    }

    String heading() {
        return this == C2 ? "C2 (default flags)" : String.join(" ", flags);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
