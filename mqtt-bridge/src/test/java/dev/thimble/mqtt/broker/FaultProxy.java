package dev.thimble.mqtt.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP proxy between a client and a broker that misbehaves on request. */
public final class FaultProxy implements AutoCloseable {

    /** What the proxy does to connections. */
    public enum Mode {
        /** Passes everything on. */
        PASS,
        /** Passes everything on, each piece late and cut into small ones. */
        DELAY,
        /** Takes everything and passes nothing on, in both directions: the peer seems to have vanished without a word. */
        HALF_OPEN,
        /** Accepts and closes at once. */
        DROP,
        /** Accepts, reads and never answers. */
        SILENT,
        /** Answers whatever comes with random bytes. */
        GARBAGE,
        /** Accepts the MQTT connection itself and then sends packets with random content. */
        HOSTILE,
        /** Passes on, with random bytes in the broker's direction to the client after a while. */
        POISON
    }

    private final ServerSocket server;
    private final int targetPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Random random = new Random(5);
    private volatile Mode mode = Mode.PASS;

    public FaultProxy(int targetPort) throws IOException {
        this.targetPort = targetPort;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Applies to new connections and to those that are open. */
    public void mode(Mode next) {
        mode = next;
    }

    /** How many connections were accepted. */
    public int accepted() {
        return accepted.get();
    }

    /** Cuts every open connection. */
    public void cut() {
        sockets.forEach(FaultProxy::close);
        sockets.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                accepted.incrementAndGet();
                switch (mode) {
                    case DROP -> client.close();
                    case SILENT, GARBAGE, HOSTILE -> {
                        sockets.add(client);
                        Thread.ofVirtual().start(() -> answerAlone(client));
                    }
                    default -> connect(client);
                }
            } catch (IOException e) {
                // The server socket was closed, or one client was too quick; the next accept tells.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket broker = new Socket(InetAddress.getLoopbackAddress(), targetPort);
            client.setTcpNoDelay(true);
            broker.setTcpNoDelay(true);
            sockets.add(client);
            sockets.add(broker);
            Thread.ofVirtual().start(() -> pump(client, broker, false));
            Thread.ofVirtual().start(() -> pump(broker, client, true));
        } catch (IOException brokerDown) {
            client.close();
        }
    }

    private void answerAlone(Socket client) {
        byte[] buffer = new byte[1024];
        try (client) {
            OutputStream out = client.getOutputStream();
            boolean greeted = false;
            while (client.getInputStream().read(buffer) >= 0) {
                if (mode == Mode.GARBAGE) {
                    random.nextBytes(buffer);
                    out.write(buffer, 0, 200);
                } else if (mode == Mode.HOSTILE && !greeted) {
                    greeted = true;
                    out.write(new byte[] {0x20, 3, 0, 0, 0});
                    for (int i = 0; i < 50; i++) {
                        out.write(randomPacket());
                    }
                }
            }
        } catch (IOException e) {
            // The client has gone, which is what a test waits for.
        }
    }

    /** A packet with a valid type and length, and mostly a topic that is there, so that decoders get far. */
    private byte[] randomPacket() {
        if (random.nextInt(8) == 0) {
            // PUBLISH to a topic with a control character, at which Paho throws what it does not catch.
            return new byte[] {0x30, 5, 0, 2, 'a', 1, 0};
        }
        byte[] packet = new byte[2 + random.nextInt(60)];
        random.nextBytes(packet);
        int type = 2 + random.nextInt(14);
        packet[0] = (byte) (type << 4 | (type == 3 ? random.nextInt(8) : type == 6 ? 2 : 0));
        packet[1] = (byte) (packet.length - 2);
        if (packet.length > 5) {
            packet[2] = 0;
            packet[3] = (byte) random.nextInt(packet.length - 4);
            packet[4] = 'a';
        }
        return packet;
    }

    private void pump(Socket from, Socket to, boolean toClient) {
        byte[] buffer = new byte[4096];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int packets = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                switch (mode) {
                    case HALF_OPEN -> {
                    }
                    case DELAY -> trickle(out, buffer, count);
                    case POISON -> {
                        if (toClient && ++packets % 5 == 0) {
                            random.nextBytes(buffer);
                        }
                        out.write(buffer, 0, count);
                    }
                    default -> out.write(buffer, 0, count);
                }
            }
            // A half-open connection also hides the end.
            while (mode == Mode.HALF_OPEN && !from.isClosed()) {
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException e) {
            // One side is gone; try-with-resources closes the other.
        }
    }

    private static void trickle(OutputStream out, byte[] buffer, int count) throws IOException, InterruptedException {
        for (int at = 0; at < count; at += 3) {
            Thread.sleep(2);
            out.write(buffer, at, Math.min(3, count - at));
            out.flush();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
