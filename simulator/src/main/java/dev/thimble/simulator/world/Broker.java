package dev.thimble.simulator.world;

import dev.thimble.simulator.broker.EmbeddedBroker;
import java.io.UncheckedIOException;

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
        EmbeddedBroker embedded;
        if (port != 0) {
            embedded = EmbeddedBroker.start(port);
        } else {
            try {
                embedded = EmbeddedBroker.start(USUAL_PORT);
            } catch (UncheckedIOException taken) {
                embedded = EmbeddedBroker.start(0);
            }
        }
        return new Broker(embedded.url(), embedded);
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
