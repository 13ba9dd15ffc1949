package dev.thimble.mqtt.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A real broker for tests. */
public interface TestBroker extends AutoCloseable {

    /** Where clients connect. */
    String url();

    /** Starts it again on the same port, after {@link #close} or {@link Mosquitto#kill}. */
    void start() throws IOException;

    @Override
    void close();

    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
