package dev.thimble.wasm.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets exist only where the embedder grants a listening one. */
@Timeout(30)
class SocketsTest {
    @Test
    void aGrantedListenerAcceptsAndTalks() throws IOException {
        var listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        try (var guest = new Guest(Wasi.builder().socket(listener))) {
            assertEquals(Errno.NOTCAPABLE, guest.write(3, "to nobody"));
            assertEquals(Errno.INVAL, guest.call("sock_accept", 3, 1, 0));
            assertEquals(0, guest.call("fd_fdstat_set_flags", 3, Descriptor.NONBLOCK));
            assertEquals(Errno.AGAIN, guest.call("sock_accept", 3, 0, 0));
            assertEquals(0, guest.call("fd_fdstat_set_flags", 3, 0));
            try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertEquals(0, guest.call("sock_accept", 3, Descriptor.NONBLOCK, 0));
                int fd = guest.result();
                assertEquals(4, fd);
                assertEquals(Errno.AGAIN, guest.call("sock_recv", fd, guest.iovec(Guest.DATA, 10), 1, 0, 0, 8));
                assertEquals(0, guest.call("fd_fdstat_set_flags", fd, 0));
                client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
                assertEquals(0, guest.call("sock_recv", fd, guest.iovec(Guest.DATA, 10), 1, 0, 0, 8));
                assertEquals("ping", guest.text(Guest.DATA, guest.result()));
                assertEquals(0, guest.call("sock_send", fd, guest.iovec(Guest.DATA, 4), 1, 0, 0));
                assertEquals("ping", new String(client.getInputStream().readNBytes(4), StandardCharsets.US_ASCII));
                assertEquals(Errno.NOTSUP, guest.call("sock_recv", fd, Guest.VECTOR, 1, 1, 0, 8));
                assertEquals(Errno.INVAL, guest.call("sock_recv", fd, Guest.VECTOR, 1, 4, 0, 8));
                assertEquals(Errno.INVAL, guest.call("sock_send", fd, Guest.VECTOR, 1, 1, 0));
                assertEquals(Errno.NOTCAPABLE, guest.call("sock_accept", fd, 0, 0));
                assertEquals(Errno.INVAL, guest.call("sock_shutdown", fd, 0));
                assertEquals(0, guest.call("sock_shutdown", fd, 2));
                assertEquals(-1, client.getInputStream().read());
                client.close();
                assertEquals("", guest.read(fd));
            }
        }
        assertEquals(false, listener.isOpen());
    }
}
