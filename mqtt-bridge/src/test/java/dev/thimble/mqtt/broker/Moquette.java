package dev.thimble.mqtt.broker;

import io.moquette.BrokerConstants;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import java.io.IOException;
import java.util.Properties;

/** Moquette in this process, in memory. */
public final class Moquette implements TestBroker {

    private final int port;
    private final String forbidden;
    private Server server;

    public Moquette() throws IOException {
        this("");
    }

    /** A broker that refuses to let anybody read topics below a prefix; an empty prefix forbids nothing. */
    public Moquette(String forbidden) throws IOException {
        this.forbidden = forbidden;
        port = TestBroker.freePort();
        start();
    }

    @Override
    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    @Override
    public void start() throws IOException {
        // Netty would use sun.misc.Unsafe, about which the JDK warns on the console.
        System.setProperty("io.netty.noUnsafe", "true");
        IConfig config = new MemoryConfig(new Properties());
        config.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
        config.setProperty(IConfig.PORT_PROPERTY_NAME, Integer.toString(port));
        config.setProperty(IConfig.WEB_SOCKET_PORT_PROPERTY_NAME, BrokerConstants.DISABLED_PORT_BIND);
        config.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
        config.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
        config.setProperty(IConfig.BUFFER_FLUSH_MS_PROPERTY_NAME, "0");
        server = new Server();
        server.startServer(config, null, null, null, forbidden.isEmpty() ? null : new IAuthorizatorPolicy() {
            @Override
            public boolean canWrite(Topic topic, String user, String client) {
                return true;
            }

            @Override
            public boolean canRead(Topic topic, String user, String client) {
                return !topic.toString().startsWith(forbidden);
            }
        });
    }

    @Override
    public void close() {
        server.stopServer();
    }
}
