package dev.thimble.agent.cell;

import dev.thimble.hal.grant.Grant;
import dev.thimble.wasm.WasmModule;
import java.util.List;
import java.util.Map;

/**
 * What a cell can run: a validated module and all that was decided about it at install. Immutable.
 *
 * @param version for people
 * @param grant what owner and manifest agreed on
 * @param config settings that the module may read
 * @param tickNanos period of {@code thimble_tick}, 0 for none
 * @param maxCallDepth calls inside each other before it traps
 * @param accepts schemas of state that it takes over
 * @param requiredOutputs topics on which it must publish to be healthy
 */
public record Release(String version, WasmModule module, Grant grant, Map<String, String> config, long tickNanos,
                      int maxCallDepth, List<Integer> accepts, List<String> requiredOutputs) {
    public Release {
        config = Map.copyOf(config);
        accepts = List.copyOf(accepts);
        requiredOutputs = List.copyOf(requiredOutputs);
    }

    /** The same for a place where nothing real may be touched. */
    public Release withoutFiles() {
        return new Release(version, module, grant.withoutFiles(), config, tickNanos, maxCallDepth, accepts, requiredOutputs);
    }
}
