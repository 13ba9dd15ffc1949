package dev.thimble.agent.cell;

import dev.thimble.agent.port.LogRing;
import dev.thimble.agent.port.MetricTable;
import dev.thimble.agent.port.ModuleMessages;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.host.CellPorts;
import dev.thimble.hal.host.CellResources;

/**
 * What a cell is given from outside; nothing in a cell reaches for anything else.
 *
 * @param resources its inbox and its open devices
 * @param store its keys and values
 */
public record CellEnvironment(Clock clock, CellResources resources, CellPorts.Random random, LogRing log, CellPorts.KeyValueStore store,
                              ModuleMessages messages, MetricTable metrics, RestartPolicy restartPolicy) {
}
