package dev.thimble.simulator;

import dev.thimble.simulator.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's mosquitto on a free port where it is installed, else the embedded broker, and then it says so. */
public final class TestBroker implements AutoCloseable {
    private static final List<Path> PLACES = List.of(Path.of("/usr/sbin/mosquitto"), Path.of("/usr/bin/mosquitto"),
        Path.of("/usr/local/sbin/mosquitto"), Path.of("/opt/homebrew/sbin/mosquitto"));
    private static final long START_MILLIS = 10_000;

    private final String url;
    private final Process mosquitto;
    private final EmbeddedBroker embedded;
    private final Path config;

    private TestBroker(String url, Process mosquitto, EmbeddedBroker embedded, Path config) {
        this.url = url;
        this.mosquitto = mosquitto;
        this.embedded = embedded;
        this.config = config;
    }

    public static TestBroker start() throws IOException, InterruptedException {
        Path program = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (program == null) {
            System.err.println("*** mosquitto is not installed: this test runs against the EMBEDDED broker only ***");
            EmbeddedBroker embedded = EmbeddedBroker.start(0);
            return new TestBroker(embedded.url(), null, embedded, null);
        }
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        Path config = Files.createTempFile("mosquitto", ".conf");
        Files.writeString(config, "listener " + port + " 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type error\n");
        Process process = new ProcessBuilder(program.toString(), "-c", config.toString())
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
        awaitPort(port, process);
        return new TestBroker("tcp://127.0.0.1:" + port, process, null, config);
    }

    private static void awaitPort(int port, Process process) throws InterruptedException {
        long end = System.currentTimeMillis() + START_MILLIS;
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return;
            } catch (IOException e) {
                if (System.currentTimeMillis() > end || !process.isAlive()) {
                    process.destroyForcibly();
                    throw new UncheckedIOException("mosquitto does not answer on port " + port, e);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    public String url() {
        return url;
    }

    @Override
    public void close() throws IOException {
        if (embedded != null) {
            embedded.close();
            return;
        }
        mosquitto.destroy();
        try {
            mosquitto.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.delete(config);
    }
}
