package dev.thimble.simulator.broker;

import io.moquette.BrokerConstants;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Properties;

/**
 * Moquette, listening on the loopback address only, keeping everything in memory and writing no file. It speaks MQTT
 * 3.1, 3.1.1 and 5. Meant for demonstrations and tests, not for a network. Thread-safe.
 *
 * <p>What Moquette 0.18.1 does not do, seen in tests: it stores no retained message of quality of service 0 (and
 * removes the one stored before); where filters of a client overlap it sends one copy and names only one subscription
 * identifier; it cuts the connection without a reason when a message is over {@link #MAX_MESSAGE}; stopping takes two
 * seconds.
 */
public final class EmbeddedBroker implements AutoCloseable {

    /** The largest message, in bytes: a chunk of 64 KiB with room for its topic. */
    public static final int MAX_MESSAGE = 128 << 10;

    private static final int FREE_PORT_ATTEMPTS = 5;
    private static final String LOOPBACK = InetAddress.getLoopbackAddress().getHostAddress();

    private final Server server;
    private final int port;

    private EmbeddedBroker(Server server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a broker. It accepts connections when this returns.
     *
     * @param port the TCP port, or 0 for a free one
     * @throws UncheckedIOException if the port cannot be had; the message names it
     */
    public static EmbeddedBroker start(int port) {
        if (port != 0) {
            return startOn(port);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return startOn(freePort());
            } catch (UncheckedIOException e) {
                if (attempt == FREE_PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static EmbeddedBroker startOn(int port) {
        // Netty would use sun.misc.Unsafe, about which the JDK warns on the console.
        System.setProperty("io.netty.noUnsafe", "true");
        Server server = new Server();
        try {
            server.startServer(configuration(port), List.of(new RetainedWills(server)));
        } catch (IOException | RuntimeException e) {
            server.stopServer();
            throw new UncheckedIOException(new IOException(
                    "cannot start the embedded broker on " + LOOPBACK + ":" + port + ": " + e.getMessage(), e));
        }
        return new EmbeddedBroker(server, port);
    }

    // Moquette accepts port 0 too, but learns the number in another thread after its start has returned.
    private static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free TCP port on " + LOOPBACK, e);
        }
    }

    /** The TCP port that it listens on. */
    public int port() {
        return port;
    }

    /** Where clients connect, as {@code tcp://host:port}. */
    public String url() {
        return "tcp://" + LOOPBACK + ":" + port;
    }

    /** Disconnects every client and stops. Calling it again does nothing. */
    @Override
    public void close() {
        server.stopServer();
    }

    private static IConfig configuration(int port) {
        IConfig config = new MemoryConfig(new Properties());
        config.setProperty(IConfig.HOST_PROPERTY_NAME, LOOPBACK);
        config.setProperty(IConfig.PORT_PROPERTY_NAME, Integer.toString(port));
        config.setProperty(IConfig.WEB_SOCKET_PORT_PROPERTY_NAME, BrokerConstants.DISABLED_PORT_BIND);
        config.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "true");
        // mosquitto_sub gives no client identifier and leaves it to the broker.
        config.setProperty(BrokerConstants.ALLOW_ZERO_BYTE_CLIENT_ID_PROPERTY_NAME, "true");
        config.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
        config.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
        config.setProperty(IConfig.NETTY_MAX_BYTES_PROPERTY_NAME, Integer.toString(MAX_MESSAGE));
        // Messages leave at once instead of in batches: a demonstration is about latency, not throughput.
        config.setProperty(IConfig.BUFFER_FLUSH_MS_PROPERTY_NAME, "0");
        return config;
    }
}
