package dev.thimble.simulator.device;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Junk messages of quality of service 0, made beforehand and written as fast as the socket takes them. */
final class Flood implements AutoCloseable {
    private static final int BATCH = 256;

    /** Where the packets go. */
    @FunctionalInterface
    interface Sink {
        void write(byte[] packets) throws IOException;
    }

    private final byte[] batch;
    private final Sink sink;
    private final AutoCloseable end;
    private final AtomicLong sent = new AtomicLong();
    private volatile boolean closed;

    private Flood(List<String> topics, long perSecond, Sink sink, AutoCloseable end) {
        batch = batch(topics);
        this.sink = sink;
        this.end = end;
        Thread.ofPlatform().name("flood").start(() -> run(perSecond));
    }

    /** A client of a broker that only shouts. @param perSecond messages a second at most */
    static Flood through(String broker, List<String> topics, long perSecond) throws IOException {
        URI address = URI.create(broker);
        Socket socket = new Socket(address.getHost(), address.getPort());
        OutputStream out = socket.getOutputStream();
        // CONNECT, MQTT 5, clean start, keep-alive 0, no properties, client "flood".
        out.write(new byte[] {0x10, 18, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 0, 0, 0, 5, 'f', 'l', 'o', 'o', 'd'});
        InputStream in = socket.getInputStream();
        if (in.read() != 0x20 || in.readNBytes(in.read())[1] != 0) {
            throw new IOException("the broker refuses the flood");
        }
        return new Flood(topics, perSecond, out::write, socket);
    }

    /** A broker in the wrong hands: what it says to the device is mixed with junk. */
    static Flood into(StolenBroker broker, List<String> topics, long perSecond) {
        return new Flood(topics, perSecond, broker::inject, () -> {});
    }

    private static byte[] batch(List<String> topics) {
        Random random = new Random(6);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < BATCH; i++) {
            byte[] topic = topics.get(i % topics.size()).getBytes(StandardCharsets.UTF_8);
            byte[] payload = new byte[1 + random.nextInt(60)];
            random.nextBytes(payload);
            int length = 2 + topic.length + 1 + payload.length;
            all.write(0x30);
            if (length > 127) {
                all.write(length & 0x7F | 0x80);
            }
            all.write(length > 127 ? length >> 7 : length);
            all.write(0);
            all.write(topic.length);
            all.writeBytes(topic);
            all.write(0);
            all.writeBytes(payload);
        }
        return all.toByteArray();
    }

    private void run(long perSecond) {
        long start = System.nanoTime();
        try {
            while (!closed) {
                sink.write(batch);
                long ahead = sent.addAndGet(BATCH) * 1_000_000_000L / perSecond - (System.nanoTime() - start);
                if (ahead > 1_000_000) {
                    Thread.sleep(ahead / 1_000_000);
                }
            }
        } catch (IOException | InterruptedException e) {
            closed = true;
        }
    }

    long sent() {
        return sent.get();
    }

    @Override
    public void close() throws Exception {
        closed = true;
        end.close();
    }

    /** Stands between one device and its broker and passes packets on whole, so that others can be put between them. */
    static final class StolenBroker implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
        private final URI broker;
        private volatile OutputStream device;

        StolenBroker(String broker) throws IOException {
            this.broker = URI.create(broker);
            Thread.ofVirtual().start(this::accept);
        }

        String url() {
            return "tcp://127.0.0.1:" + server.getLocalPort();
        }

        void inject(byte[] packets) throws IOException {
            OutputStream out = device;
            synchronized (out) {
                out.write(packets);
            }
        }

        private void accept() {
            try {
                while (true) {
                    Socket near = server.accept();
                    Socket far = new Socket(broker.getHost(), broker.getPort());
                    Thread.ofVirtual().start(() -> up(near, far));
                    Thread.ofVirtual().start(() -> down(far, near));
                }
            } catch (IOException closed) {
                device = null;
            }
        }

        private static void up(Socket near, Socket far) {
            try (near; far) {
                near.getInputStream().transferTo(far.getOutputStream());
            } catch (IOException gone) {
                // Closing both tells both.
                return;
            }
        }

        private void down(Socket far, Socket near) {
            try (near; far) {
                DataInputStream in = new DataInputStream(far.getInputStream());
                OutputStream out = near.getOutputStream();
                while (true) {
                    byte[] packet = packet(in);
                    synchronized (out) {
                        out.write(packet);
                    }
                    // Not before the broker's CONNACK.
                    device = out;
                }
            } catch (IOException gone) {
                device = null;
            }
        }

        private static byte[] packet(DataInputStream in) throws IOException {
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            packet.write(in.readUnsignedByte());
            int length = 0;
            for (int shift = 0; ; shift += 7) {
                int b = in.readUnsignedByte();
                packet.write(b);
                length |= (b & 0x7F) << shift;
                if (b < 0x80) {
                    break;
                }
            }
            byte[] rest = new byte[length];
            in.readFully(rest);
            packet.writeBytes(rest);
            return packet.toByteArray();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
