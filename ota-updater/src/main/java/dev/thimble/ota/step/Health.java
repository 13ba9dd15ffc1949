package dev.thimble.ota.step;

import java.util.Set;

/**
 * What a candidate has done since its swap, counted up from zero.
 *
 * @param outputs topics published on
 * @param fault what the last trap or overrun was and where, for the report; empty for none
 */
public record Health(long ticks, long traps, long overruns, Set<String> outputs, String fault) {
    public static final Health NONE = new Health(0, 0, 0, Set.of());

    public Health {
        outputs = Set.copyOf(outputs);
    }

    public Health(long ticks, long traps, long overruns, Set<String> outputs) {
        this(ticks, traps, overruns, outputs, "");
    }
}
