package dev.thimble.wasm.wasi;

import dev.thimble.wasm.api.Memory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributeView;

/**
 * What a descriptor number stands for. Each operation that a kind of descriptor has not got fails with the errno
 * that the specification or POSIX names for it.
 */
abstract class Descriptor implements Closeable {
    static final int APPEND = 1;
    static final int DSYNC = 2;
    static final int NONBLOCK = 4;
    static final int RSYNC = 8;
    static final int SYNC = 16;
    static final int ALL_FLAGS = APPEND | DSYNC | NONBLOCK | RSYNC | SYNC;

    final int filetype;
    long rights;
    long inheriting;
    /** {@code fdflags}. */
    int flags;

    Descriptor(int filetype, long rights, long inheriting) {
        this.filetype = filetype;
        this.rights = rights;
        this.inheriting = inheriting;
    }

    final void require(long needed) {
        if ((rights & needed) != needed) {
            throw new Errno.Failure(Errno.NOTCAPABLE);
        }
    }

    void setFlags(int flags) throws IOException {
        this.flags = flags;
    }

    /** Reads at the current position; 0 at the end. The range was checked. */
    int read(Memory memory, int at, int length) throws IOException {
        throw new Errno.Failure(filetype == Filetype.DIRECTORY ? Errno.ISDIR : Errno.BADF);
    }

    int write(Memory memory, int at, int length) throws IOException {
        throw new Errno.Failure(filetype == Filetype.DIRECTORY ? Errno.ISDIR : Errno.BADF);
    }

    /** Reading more after something was read may wait for ever. */
    boolean interactive() {
        return false;
    }

    /** Bytes that can be read now, or 0 when it is not known. */
    long available() throws IOException {
        return 0;
    }

    void sync(boolean metadata) throws IOException {
        throw new Errno.Failure(Errno.INVAL);
    }

    /** Attributes as they are now, or null when this is nothing of the file system. */
    Filestat stat() throws IOException {
        return null;
    }

    /** For setting times; never null. */
    BasicFileAttributeView attributes() throws IOException {
        throw new Errno.Failure(Errno.INVAL);
    }

    /** The file, for what only files can do. */
    FileDescriptor file() {
        throw new Errno.Failure(switch (filetype) {
            case Filetype.CHARACTER_DEVICE, Filetype.SOCKET_STREAM -> Errno.SPIPE;
            default -> Errno.BADF;
        });
    }

    DirectoryDescriptor directory() {
        throw new Errno.Failure(Errno.NOTDIR);
    }

    SocketDescriptor socket() {
        throw new Errno.Failure(Errno.NOTSOCK);
    }
}
