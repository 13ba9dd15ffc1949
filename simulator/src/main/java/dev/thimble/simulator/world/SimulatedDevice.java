package dev.thimble.simulator.world;

import dev.thimble.agent.Agent;
import dev.thimble.agent.AgentOptions;
import dev.thimble.agent.port.HostRandom;
import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.pi4j.Pi4jBoard;
import dev.thimble.hal.simulated.Pin;
import dev.thimble.hal.toml.Toml;
import dev.thimble.mqtt.LinkOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** The agent as it runs on a device: through a Pi4J context, but with a {@link SimulatedPi} behind it. */
public final class SimulatedDevice implements AutoCloseable {
    private final SimulatedPi pi;
    private final Board board;
    private final Agent agent;
    private final PinReporter led;

    /**
     * @param data folder of the device's flash
     * @param trusted development key set that the device begins with
     * @param speed of its time, 1 for real
     * @throws IOException when the data folder cannot be used
     */
    public SimulatedDevice(String broker, Topics topics, Path data, byte[] trusted, BoardFile file, GrantSet grants,
                           double speed) throws IOException {
        this(broker, topics, data, trusted, file, null, grants, speed, UnaryOperator.identity());
    }

    /**
     * @param world chips of the user's own, see {@link SimulatedPi}; null for the sensor on the desk
     * @param adjust changes what the agent would be given otherwise
     */
    public SimulatedDevice(String broker, Topics topics, Path data, byte[] trusted, BoardFile file, Toml world, GrantSet grants,
                           double speed, UnaryOperator<AgentOptions> adjust) throws IOException {
        pi = new SimulatedPi(file, world, speed);
        board = Pi4jBoard.through(pi.board(), pi.clock());
        AgentOptions options = AgentOptions.of(topics, data, LinkOptions.builder(broker, "thimble-" + topics.device())
            .backoff(Duration.ofMillis(100), Duration.ofSeconds(5)), trusted, true, grants);
        agent = new Agent(adjust.apply(options), board, pi.clock(), pi::park, new HostRandom());
        Pin pin = pi.led();
        led = pin == null ? null : new PinReporter(broker, topics.root(), topics.device(), pin);
    }

    /** What the owner of the simulated board allows the samples. */
    public static GrantSet sampleGrants(BoardFile board) {
        try (InputStream in = SimulatedDevice.class.getResourceAsStream("/dev/thimble/simulator/grants.toml")) {
            return GrantSet.read(Toml.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "grants.toml"), board);
        } catch (IOException e) {
            throw new UncheckedIOException("grants.toml cannot be read", e);
        }
    }

    public void start() {
        agent.start();
    }

    public SimulatedPi pi() {
        return pi;
    }

    public Agent agent() {
        return agent;
    }

    @Override
    public void close() {
        agent.close();
        if (led != null) {
            led.close();
        }
        board.close();
        pi.close();
    }
}
