package dev.thimble.wasm.wasi;

import dev.thimble.wasm.api.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Standard input, output or error. Closing the descriptor leaves the embedder's stream open. */
final class StreamDescriptor extends Descriptor {
    private final InputStream in;
    private final OutputStream out;

    StreamDescriptor(InputStream in) {
        super(Filetype.CHARACTER_DEVICE, Rights.STREAM | Rights.FD_READ, 0);
        this.in = in;
        out = null;
    }

    StreamDescriptor(OutputStream out, int filetype) {
        super(filetype, Rights.STREAM | Rights.FD_WRITE, 0);
        in = null;
        this.out = out;
    }

    @Override
    int read(Memory memory, int at, int length) throws IOException {
        if (in == null) {
            throw new Errno.Failure(Errno.BADF);
        }
        return Math.max(0, in.read(memory.array(), at, length));
    }

    @Override
    int write(Memory memory, int at, int length) throws IOException {
        if (out == null) {
            throw new Errno.Failure(Errno.BADF);
        }
        out.write(memory.array(), at, length);
        out.flush();
        return length;
    }

    @Override
    boolean interactive() {
        return in != null;
    }

    @Override
    long available() throws IOException {
        return in == null ? 0 : in.available();
    }

    @Override
    public void close() {
    }
}
