package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Memory;
import java.io.IOException;

/**
 * {@code fd_read}, {@code fd_write}, {@code fd_pread}, {@code fd_pwrite}, {@code sock_recv}, {@code sock_send}: bytes between
 * guest memory and descriptors, without a copy of our own and without garbage.
 */
final class TransferCalls {
    private static final int MAX_VECTORS = 1024;
    /** java.nio keeps a buffer outside the heap as large as the largest transfer, so that is bounded. */
    private static final int CHUNK = 1 << 16;
    private static final long NO_OFFSET = -1;

    private final DescriptorTable descriptors;

    TransferCalls(DescriptorTable descriptors) {
        this.descriptors = descriptors;
    }

    void addTo(Imports.Builder imports) {
        Calls.add(imports, "fd_read", "iiii", c -> read(c, descriptors.get(c.i32(0))));
        Calls.add(imports, "fd_write", "iiii", c -> write(c, descriptors.get(c.i32(0))));
        Calls.add(imports, "fd_pread", "iiiIi", c -> transfer(c, file(c, Rights.FD_READ), false, c.i64(3), c.i32(4)));
        Calls.add(imports, "fd_pwrite", "iiiIi", c -> transfer(c, file(c, Rights.FD_WRITE), true, c.i64(3), c.i32(4)));
        Calls.add(imports, "sock_recv", "iiiiii", this::sockRecv);
        Calls.add(imports, "sock_send", "iiiii", this::sockSend);
    }

    private static int read(HostCall call, Descriptor descriptor) throws IOException {
        if (descriptor.filetype != Filetype.DIRECTORY) {
            descriptor.require(Rights.FD_READ);
        }
        return transfer(call, descriptor, false, NO_OFFSET, call.i32(3));
    }

    private static int write(HostCall call, Descriptor descriptor) throws IOException {
        if (descriptor.filetype != Filetype.DIRECTORY) {
            descriptor.require(Rights.FD_WRITE);
        }
        return transfer(call, descriptor, true, NO_OFFSET, call.i32(3));
    }

    private FileDescriptor file(HostCall call, long right) {
        if (call.i64(3) < 0) {
            throw new Errno.Failure(Errno.INVAL);
        }
        FileDescriptor file = descriptors.get(call.i32(0)).file();
        file.require(right | Rights.FD_SEEK);
        return file;
    }

    private int sockRecv(HostCall call) throws IOException {
        SocketDescriptor socket = descriptors.get(call.i32(0)).socket();
        socket.require(Rights.FD_READ);
        int flags = call.i32(3);
        if ((flags & ~SocketDescriptor.RECV_FLAGS) != 0) {
            return Errno.INVAL;
        } else if (flags != 0) {
            return Errno.NOTSUP;
        }
        Calls.span(call.memory(), call.i32(5), 2);
        int errno = transfer(call, socket, false, NO_OFFSET, call.i32(4));
        if (errno == Errno.SUCCESS) {
            call.memory().putShort(call.i32(5), 0);
        }
        return errno;
    }

    private int sockSend(HostCall call) throws IOException {
        SocketDescriptor socket = descriptors.get(call.i32(0)).socket();
        socket.require(Rights.FD_WRITE);
        return call.i32(3) != 0 ? Errno.INVAL : transfer(call, socket, true, NO_OFFSET, call.i32(4));
    }

    private static int transfer(HostCall call, Descriptor descriptor, boolean write, long offset, int result) throws IOException {
        Memory memory = call.memory();
        int vectors = call.i32(1);
        int count = call.i32(2);
        if (Integer.compareUnsigned(count, MAX_VECTORS) > 0) {
            return Errno.INVAL;
        }
        Calls.span(memory, vectors, count * 8);
        Calls.span(memory, result, 4);
        long sum = 0;
        for (int i = 0; i < count; i++) {
            int length = memory.getInt(vectors + i * 8 + 4);
            Calls.span(memory, memory.getInt(vectors + i * 8), length);
            sum += length;
        }
        if (sum > Integer.MAX_VALUE) {
            return Errno.INVAL;
        }
        int total = 0;
        try {
            for (int i = 0; i < count; i++) {
                int length = memory.getInt(vectors + i * 8 + 4);
                int moved = vector(memory, descriptor, memory.getInt(vectors + i * 8), length, write,
                        offset == NO_OFFSET ? NO_OFFSET : offset + total, total > 0);
                total += moved;
                if (moved < length) {
                    break;
                }
            }
            if (count == 0 || sum == 0) {
                // Nothing to move, but a directory or a write-only stream still says that it cannot.
                one(memory, descriptor, 0, 0, write, offset);
            }
        } catch (IOException | Errno.Failure e) {
            if (total == 0) {
                throw e;
            }
        }
        memory.putInt(result, total);
        return Errno.SUCCESS;
    }

    /** One element of the vector; the bytes read may have changed the vector itself, so the range is checked again. */
    private static int vector(Memory memory, Descriptor descriptor, int at, int length, boolean write, long offset, boolean some)
            throws IOException {
        Calls.span(memory, at, length);
        int moved = 0;
        while (moved < length && !(some && !write && descriptor.interactive())) {
            int part = Math.min(length - moved, CHUNK);
            int now;
            try {
                now = one(memory, descriptor, at + moved, part, write, offset == NO_OFFSET ? NO_OFFSET : offset + moved);
            } catch (IOException | Errno.Failure e) {
                if (moved == 0) {
                    throw e;
                }
                return moved;
            }
            moved += now;
            some = true;
            if (now < part) {
                break;
            }
        }
        return moved;
    }

    private static int one(Memory memory, Descriptor descriptor, int at, int length, boolean write, long offset) throws IOException {
        if (offset == NO_OFFSET) {
            return write ? descriptor.write(memory, at, length) : descriptor.read(memory, at, length);
        }
        FileDescriptor file = descriptor.file();
        return write ? file.write(memory, at, length, offset) : file.read(memory, at, length, offset);
    }
}
