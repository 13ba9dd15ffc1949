package dev.thimble.agent.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * One of our own streams for a module to write to. A {@code PrintStream} keeps to itself that a disk is full or a reader has gone;
 * the module is told.
 */
final class ModuleOutput extends OutputStream {
    private final PrintStream stream;

    ModuleOutput(PrintStream stream) {
        this.stream = stream;
    }

    @Override
    public void write(int b) throws IOException {
        stream.write(b);
        check();
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        stream.write(bytes, offset, count);
        check();
    }

    /** This flushes too. */
    private void check() throws IOException {
        if (stream.checkError()) {
            throw new IOException("the stream takes no more");
        }
    }
}
