package dev.thimble.mqtt.paho;

import dev.thimble.mqtt.LinkOptions;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;

/**
 * The socket of one connection, handed to Paho in place of its own.
 *
 * <p>Paho's start-up waits in a loop for its receiver thread to be running; if the peer accepts and closes at once,
 * that thread has come and gone, and the loop never ends. A broker says nothing before it has received CONNECT, so the
 * input here stays silent, even about the end of the stream, until Paho has begun to write.
 */
final class Wire implements NetworkModule {

    private final LinkOptions options;
    private final int timeoutMillis;
    private final CountDownLatch writing = new CountDownLatch(1);
    private final Object lock = new Object();
    private Socket transport;
    private Socket socket;
    private boolean abandoned;
    private volatile long lastRead;

    Wire(LinkOptions options) {
        this.options = options;
        this.timeoutMillis = (int) Math.min(Integer.MAX_VALUE, options.connectTimeout().toMillis());
        this.lastRead = options.nanoTime().getAsLong();
    }

    /** When something was last received, or the wire was made, by the options' clock. */
    long lastRead() {
        return lastRead;
    }

    /** Cuts the connection from another thread. Paho notices by a failing read or write. */
    void abandon() {
        Socket open;
        synchronized (lock) {
            abandoned = true;
            open = transport;
        }
        closeQuietly(open);
    }

    @Override
    public void start() throws IOException {
        String host = options.broker().getHost();
        Socket plain = new Socket();
        synchronized (lock) {
            if (abandoned) {
                throw new IOException("given up");
            }
            transport = plain;
        }
        try {
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(host, options.port()), timeoutMillis);
            socket = options.secure() ? secure(plain, host) : plain;
        } catch (IOException e) {
            closeQuietly(plain);
            throw e;
        }
    }

    private Socket secure(Socket plain, String host) throws IOException {
        SSLSocket secured = (SSLSocket) Tls.context(options.tls()).getSocketFactory()
                .createSocket(plain, host, options.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        plain.setSoTimeout(timeoutMillis);
        secured.startHandshake();
        plain.setSoTimeout(0);
        return secured;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream guarded =
                new PacketGuard(new BufferedInputStream(socket.getInputStream(), 4096), options.maxPacket());
        return new FilterInputStream(guarded) {
            @Override
            public int read() throws IOException {
                awaitWriting();
                return received(in.read());
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                awaitWriting();
                return received(in.read(to, offset, length));
            }

            @Override
            public int available() throws IOException {
                awaitWriting();
                return in.available();
            }
        };
    }

    private int received(int result) {
        if (result >= 0) {
            lastRead = options.nanoTime().getAsLong();
        }
        return result;
    }

    private void awaitWriting() throws IOException {
        try {
            writing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(socket.getOutputStream()) {
            @Override
            public void write(int b) throws IOException {
                writing.countDown();
                out.write(b);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                writing.countDown();
                out.write(from, offset, length);
            }
        };
    }

    /** Called by Paho when it has given up the connection by itself. */
    @Override
    public void stop() {
        writing.countDown();
        abandon();
    }

    @Override
    public String getServerURI() {
        return options.broker().toString();
    }

    private static void closeQuietly(Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // There is nothing left to release: the descriptor is gone whatever close() says.
            }
        }
    }
}
