package dev.thimble.wasm.wasi;

import dev.thimble.wasm.api.Memory;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A connection, or a listening socket, that the embedder granted or that was accepted from one. */
final class SocketDescriptor extends Descriptor {
    /** {@code recv_peek} and {@code recv_waitall}. */
    static final int RECV_FLAGS = 3;
    private static final int SHUT_RD = 1;
    private static final int SHUT_WR = 2;

    private final SelectableChannel channel;
    private final Window window = new Window();

    SocketDescriptor(SelectableChannel channel) {
        super(Filetype.SOCKET_STREAM, channel instanceof ServerSocketChannel ? Rights.STREAM | Rights.SOCK_ACCEPT : Rights.SOCKET,
                channel instanceof ServerSocketChannel ? Rights.SOCKET : 0);
        this.channel = channel;
    }

    private SocketChannel connection() {
        if (channel instanceof SocketChannel connection) {
            return connection;
        }
        throw new Errno.Failure(Errno.NOTCONN);
    }

    @Override
    void setFlags(int flags) throws IOException {
        channel.configureBlocking((flags & NONBLOCK) == 0);
        super.setFlags(flags);
    }

    /** Only a server socket accepts; {@code again} when it does not block and nobody calls. */
    SocketDescriptor accept(int flags) throws IOException {
        if (!(channel instanceof ServerSocketChannel server)) {
            throw new Errno.Failure(Errno.INVAL);
        }
        SocketChannel accepted = server.accept();
        if (accepted == null) {
            throw new Errno.Failure(Errno.AGAIN);
        }
        var descriptor = new SocketDescriptor(accepted);
        descriptor.setFlags(flags);
        descriptor.rights &= inheriting;
        return descriptor;
    }

    void shutdown(int how) throws IOException {
        if (how == 0 || (how & ~(SHUT_RD | SHUT_WR)) != 0) {
            throw new Errno.Failure(Errno.INVAL);
        }
        if ((how & SHUT_RD) != 0) {
            connection().shutdownInput();
        }
        if ((how & SHUT_WR) != 0) {
            connection().shutdownOutput();
        }
    }

    @Override
    int read(Memory memory, int at, int length) throws IOException {
        int read = connection().read(window.over(memory, at, length));
        if (read == 0 && length > 0) {
            throw new Errno.Failure(Errno.AGAIN);
        }
        return Math.max(0, read);
    }

    @Override
    int write(Memory memory, int at, int length) throws IOException {
        int written = connection().write(window.over(memory, at, length));
        if (written == 0 && length > 0) {
            throw new Errno.Failure(Errno.AGAIN);
        }
        return written;
    }

    @Override
    boolean interactive() {
        return true;
    }

    @Override
    SocketDescriptor socket() {
        return this;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
