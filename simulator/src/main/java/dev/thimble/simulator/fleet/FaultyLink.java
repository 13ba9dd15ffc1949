package dev.thimble.simulator.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A way to the broker for one device that is slow, or that breaks. */
final class FaultyLink implements AutoCloseable {
    private static final int PIECE = 4 << 10;
    private static final long BYTES_PER_SECOND = 48 << 10;
    private static final long LATENCY_MILLIS = 20;
    private static final long CUT_AFTER_BYTES = 30 << 10;
    private static final int CUTS = 4;

    private final Fault fault;
    private final URI broker;
    private final ServerSocket server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong passed = new AtomicLong();
    private final AtomicInteger cuts = new AtomicInteger();

    FaultyLink(String broker, Fault fault) throws IOException {
        this.broker = URI.create(broker);
        this.fault = fault;
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    /** How often it broke. */
    int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket device = server.accept();
                Socket far = new Socket(broker.getHost(), broker.getPort());
                device.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                sockets.add(device);
                sockets.add(far);
                Thread.ofVirtual().start(() -> pass(device, far, false));
                Thread.ofVirtual().start(() -> pass(far, device, true));
            } catch (IOException e) {
                // The broker is away or this end is closed: the device sees a lost connection, and tries again.
                closeSockets();
            }
        }
    }

    private void pass(Socket from, Socket to, boolean down) {
        byte[] piece = new byte[PIECE];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                if (fault == Fault.SLOW_LINK) {
                    TimeUnit.MILLISECONDS.sleep(LATENCY_MILLIS + n * 1000L / BYTES_PER_SECOND);
                }
                out.write(piece, 0, n);
                if (fault == Fault.CUT_LINK && down && passed.addAndGet(n) > CUT_AFTER_BYTES && cuts.get() < CUTS) {
                    passed.set(0);
                    cuts.incrementAndGet();
                    return;
                }
            }
        } catch (IOException lost) {
            // One side has gone; closing tells the other.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeSockets() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException alreadyGone) {
                sockets.remove(socket);
            }
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        closeSockets();
    }
}
