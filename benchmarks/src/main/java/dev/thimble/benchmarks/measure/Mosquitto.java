package dev.thimble.benchmarks.measure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's mosquitto on a free port of the loopback interface. */
public final class Mosquitto implements AutoCloseable {
    private static final int ATTEMPTS = 100;

    private final Process process;
    private final int port;

    private Mosquitto(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param directory for its configuration; @throws IOException when it is not installed or does not answer */
    public static Mosquitto start(Path directory) throws IOException, InterruptedException {
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        Path configuration = Files.writeString(directory.resolve("mosquitto.conf"),
            "listener " + port + " 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n");
        String program = Files.isExecutable(Path.of("/usr/sbin/mosquitto")) ? "/usr/sbin/mosquitto" : "mosquitto";
        Process process = new ProcessBuilder(program, "-c", configuration.toString()).inheritIO().start();
        for (int attempt = 0; attempt < ATTEMPTS && process.isAlive(); attempt++) {
            try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return new Mosquitto(process, port);
            } catch (IOException notYet) {
                Thread.sleep(50);
            }
        }
        process.destroy();
        throw new IOException("mosquitto did not start; is it installed?");
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
