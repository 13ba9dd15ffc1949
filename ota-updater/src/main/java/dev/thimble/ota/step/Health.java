package dev.thimble.ota.step;

import java.util.Set;

/** What a candidate has done since its swap, counted up from zero; {@code outputs} are topics published on. */
public record Health(long ticks, long traps, long overruns, Set<String> outputs) {
    public static final Health NONE = new Health(0, 0, 0, Set.of());

    public Health {
        outputs = Set.copyOf(outputs);
    }
}
