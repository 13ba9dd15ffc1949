package dev.thimble.wasm.wasi;

import dev.thimble.wasm.api.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.attribute.BasicFileAttributeView;

/**
 * An open regular file. Java can ask a channel for its size only; other attributes are asked for by name in the
 * directory that it was opened in, and believed if that is still the same file. After a rename or an unlink they
 * are the attributes of the opening.
 */
final class FileDescriptor extends Descriptor {
    private final FileChannel channel;
    private final Place place;
    private final Filestat opened;
    private final Window window = new Window();

    /** Owns {@code channel} and {@code place} from now on. */
    FileDescriptor(FileChannel channel, Place place, Filestat opened, long rights, long inheriting, int flags) {
        super(Filetype.REGULAR_FILE, rights, inheriting);
        this.channel = channel;
        this.place = place;
        this.opened = opened;
        this.flags = flags;
    }

    @Override
    int read(Memory memory, int at, int length) throws IOException {
        return Math.max(0, channel.read(window.over(memory, at, length)));
    }

    @Override
    int write(Memory memory, int at, int length) throws IOException {
        if ((flags & APPEND) != 0) {
            channel.position(channel.size());
        }
        int written = channel.write(window.over(memory, at, length));
        syncIfAsked();
        return written;
    }

    int read(Memory memory, int at, int length, long offset) throws IOException {
        return Math.max(0, channel.read(window.over(memory, at, length), offset));
    }

    int write(Memory memory, int at, int length, long offset) throws IOException {
        int written = channel.write(window.over(memory, at, length), offset);
        syncIfAsked();
        return written;
    }

    private void syncIfAsked() throws IOException {
        if ((flags & (DSYNC | SYNC)) != 0) {
            channel.force((flags & SYNC) != 0);
        }
    }

    @Override
    long available() throws IOException {
        return Math.max(0, channel.size() - channel.position());
    }

    @Override
    void sync(boolean metadata) throws IOException {
        channel.force(metadata);
    }

    long position() throws IOException {
        return channel.position();
    }

    void position(long position) throws IOException {
        channel.position(position);
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Cuts it off, or lengthens it with zeros that take no space. */
    void size(long size) throws IOException {
        long position = channel.position();
        if (size < channel.size()) {
            channel.truncate(size);
        } else if (size > channel.size()) {
            channel.write(ByteBuffer.allocate(1), size - 1);
        }
        channel.position(position);
    }

    @Override
    Filestat stat() throws IOException {
        Filestat now;
        try {
            now = place.stat();
        } catch (IOException | Errno.Failure e) {
            now = opened;
        }
        return (now.sameFile(opened) ? now : opened).withSize(channel.size());
    }

    @Override
    BasicFileAttributeView attributes() throws IOException {
        if (!place.stat().sameFile(opened)) {
            throw new Errno.Failure(Errno.NOTSUP);
        }
        return place.attributes();
    }

    @Override
    FileDescriptor file() {
        return this;
    }

    @Override
    public void close() throws IOException {
        try (place) {
            channel.close();
        }
    }
}
