package dev.thimble.mqtt.broker;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's mosquitto as a process of its own, with its configuration and log in a temporary directory. */
public final class Mosquitto implements TestBroker {

    private static final List<String> PLACES = List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/opt/homebrew/sbin");

    private final Path directory;
    private final int port;
    private final Path configuration;
    private Process process;

    /**
     * Starts mosquitto on a free port.
     *
     * @param options further lines of its configuration; without them, anonymous clients may do anything
     */
    public Mosquitto(Path directory, String... options) throws IOException {
        this.directory = directory;
        this.port = TestBroker.freePort();
        this.configuration = directory.resolve("mosquitto.conf");
        List<String> lines = new java.util.ArrayList<>(List.of("listener " + port + " 127.0.0.1",
                "persistence false", "log_dest file " + directory.resolve("mosquitto.log"), "log_type all",
                "user " + System.getProperty("user.name"), "max_queued_messages 100000"));
        lines.addAll(options.length == 0 ? List.of("allow_anonymous true") : List.of(options));
        Files.write(configuration, lines);
        start();
    }

    /** Finds an installed program, or skips the test and says so where nobody overlooks it. */
    public static Path require(String program) {
        String path = System.getenv("PATH") + ":" + String.join(":", PLACES);
        for (String place : path.split(":")) {
            Path file = Path.of(place, program);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        System.err.println("""
                ****************************************************************
                *  SKIPPED: %s is not installed; this test needs it.
                *  Debian: apt-get install mosquitto mosquitto-clients openssl
                ****************************************************************""".formatted(program));
        return abort(program + " is not installed");
    }

    @Override
    public void start() throws IOException {
        process = new ProcessBuilder(require("mosquitto").toString(), "-c", configuration.toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("mosquitto.out").toFile()).start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("mosquitto did not start: "
                            + Files.readString(directory.resolve("mosquitto.out")) + log(), e);
                }
                pause(20);
            }
        }
    }

    @Override
    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public String log() throws IOException {
        Path log = directory.resolve("mosquitto.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** {@code kill -9}: what it held in memory is gone. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** Stops it in the middle (SIGSTOP): connections stay open, nothing answers. */
    public void freeze() throws IOException {
        signal("-STOP");
    }

    /** Lets it go on (SIGCONT). */
    public void thaw() throws IOException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).inheritIO().start();
        try {
            if (kill.waitFor() != 0) {
                throw new IOException("kill " + signal + " failed");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        await();
    }

    private void await() {
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
