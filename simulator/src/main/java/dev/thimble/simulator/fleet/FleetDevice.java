package dev.thimble.simulator.fleet;

import dev.thimble.agent.Agent;
import dev.thimble.agent.AgentOptions;
import dev.thimble.agent.cell.Supervisor;
import dev.thimble.agent.port.HostRandom;
import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.chip.SimulatedTime;
import dev.thimble.mqtt.LinkOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** One of many: the agent as on a device, with a board of which nothing is used, and perhaps a fault. */
final class FleetDevice implements AutoCloseable {
    private final Fault fault;
    private final SimulatedBoard board;
    private final FaultyLink link;
    private final BitRot rot;
    private final Agent agent;

    FleetDevice(String broker, Topics topics, Path flash, byte[] trusted, BoardFile file, GrantSet grants, SimulatedTime time, Fault fault)
        throws IOException {
        this.fault = fault;
        board = new SimulatedBoard(file, time);
        link = fault == Fault.SLOW_LINK || fault == Fault.CUT_LINK ? new FaultyLink(broker, fault) : null;
        rot = fault == Fault.BIT_ROT ? new BitRot(flash) : null;
        AgentOptions options = AgentOptions.of(topics, flash, LinkOptions.builder(link == null ? broker : link.url(), "thimble-" + topics.device())
            .backoff(Duration.ofMillis(200), Duration.ofSeconds(5)), trusted, true, grants);
        agent = new Agent(options, board, time, Supervisor.Idle.system(), new HostRandom());
    }

    /** Whether the fault that happens only once in a while has happened; true for a device without one. */
    boolean faultShowed() {
        return switch (fault) {
            case NONE, SLOW_LINK -> true;
            case CUT_LINK -> link.cuts() > 0;
            case BIT_ROT -> rot.happened();
        };
    }

    Fault fault() {
        return fault;
    }

    void start() {
        agent.start();
    }

    @Override
    public void close() throws IOException {
        agent.close();
        if (rot != null) {
            rot.close();
        }
        if (link != null) {
            link.close();
        }
        board.close();
    }
}
