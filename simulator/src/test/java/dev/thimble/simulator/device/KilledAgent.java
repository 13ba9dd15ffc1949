package dev.thimble.simulator.device;

import dev.thimble.agent.Agent;
import dev.thimble.agent.AgentOptions;
import dev.thimble.agent.cell.Supervisor;
import dev.thimble.agent.port.HostRandom;
import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.simulated.PacedClock;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.mqtt.LinkOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A process to be killed: the agent on a simulated board, until the end of its standard input. */
final class KilledAgent {
    private KilledAgent() {}

    /** @param args broker, topic root, device, folder of the flash, file of the trusted keys */
    public static void main(String[] args) throws IOException {
        BoardFile file = BoardFile.builtIn("raspberry-pi-4");
        Topics topics = new Topics(args[1], args[2]);
        AgentOptions options = AgentOptions.of(topics, Path.of(args[3]), LinkOptions.builder(args[0], "thimble-" + topics.device())
            .backoff(Duration.ofMillis(50), Duration.ofMillis(500)), Files.readAllBytes(Path.of(args[4])), true, Ledger.grants(file));
        try (PacedClock clock = new PacedClock(1); SimulatedBoard board = new SimulatedBoard(file, clock);
            Agent agent = new Agent(options, board, clock, Supervisor.Idle.system(), new HostRandom())) {
            agent.start();
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }
}
