package dev.thimble.simulator.world;

import dev.thimble.simulator.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The broker of a run: the user's own, or an embedded one on a known port. */
public final class Broker implements AutoCloseable {
    /** Where everybody looks for a broker. */
    public static final int USUAL_PORT = 1883;

    private final String url;
    private final EmbeddedBroker embedded;

    private Broker(String url, EmbeddedBroker embedded) {
        this.url = url;
        this.embedded = embedded;
    }

    /**
     * @param url the user's broker, or null for an embedded one
     * @param port of the embedded one; 0 for 1883 if that is free, else any
     */
    public static Broker open(String url, int port) {
        if (url != null) {
            return new Broker(url, null);
        }
        EmbeddedBroker embedded = port != 0 ? EmbeddedBroker.start(port) : usualOrFree();
        return new Broker(embedded.url(), embedded);
    }

    private static EmbeddedBroker usualOrFree() {
        if (isFree(USUAL_PORT)) {
            try {
                return EmbeddedBroker.start(USUAL_PORT);
            } catch (UncheckedIOException takenMeanwhile) {
                return EmbeddedBroker.start(0);
            }
        }
        return EmbeddedBroker.start(0);
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    public String url() {
        return url;
    }

    public boolean isEmbedded() {
        return embedded != null;
    }

    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
