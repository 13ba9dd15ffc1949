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
import org.junit.jupiter.api.Assumptions;

/** Debian's mosquitto on a free port where it is installed, else the embedded broker, and then it says so. */
public final class TestBroker implements AutoCloseable {
    private static final List<Path> PLACES = List.of(Path.of("/usr/sbin/mosquitto"), Path.of("/usr/bin/mosquitto"),
        Path.of("/usr/local/sbin/mosquitto"), Path.of("/opt/homebrew/sbin/mosquitto"));
    private static final long START_MILLIS = 10_000;

    private final String url;
    private Process mosquitto;
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
        return mosquitto(program, "persistence false\n");
    }

    /** A mosquitto that keeps sessions and retained messages over {@link #restart}; without it installed the test is skipped. */
    public static TestBroker persistent(Path folder) throws IOException, InterruptedException {
        Path program = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (program == null) {
            System.err.println("*** SKIPPED: mosquitto is not installed; this test needs it ***");
            return Assumptions.abort("mosquitto is not installed");
        }
        return mosquitto(program, "persistence true\npersistence_location " + folder + "/\nmax_queued_messages 100000\nuser "
            + System.getProperty("user.name") + "\n");
    }

    private static TestBroker mosquitto(Path program, String options) throws IOException, InterruptedException {
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        Path config = Files.createTempFile("mosquitto", ".conf");
        Files.writeString(config, "listener " + port + " 127.0.0.1\nallow_anonymous true\nlog_type error\n" + options);
        return new TestBroker("tcp://127.0.0.1:" + port, launch(program.toString(), config, port), null, config);
    }

    private static Process launch(String program, Path config, int port) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program, "-c", config.toString())
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
        awaitPort(port, process);
        return process;
    }

    /** Stops mosquitto in order and starts it again on the same port. */
    public void restart() throws IOException, InterruptedException {
        String program = mosquitto.info().command().orElseThrow();
        mosquitto.destroy();
        mosquitto.waitFor();
        mosquitto = launch(program, config, Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)));
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
