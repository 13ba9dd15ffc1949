package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Memory;
import java.io.IOException;

/** The {@code fd_*} calls that any descriptor answers, and those that position and size files. */
final class DescriptorCalls {
    private static final int WHENCE_SET = 0;
    private static final int WHENCE_CUR = 1;
    private static final int WHENCE_END = 2;
    private static final int MAX_ADVICE = 5;

    private final DescriptorTable descriptors;
    private final WasiClock clock;

    DescriptorCalls(DescriptorTable descriptors, WasiClock clock) {
        this.descriptors = descriptors;
        this.clock = clock;
    }

    void addTo(Imports.Builder imports) {
        Calls.add(imports, "fd_close", "i", c -> close(c.i32(0)));
        Calls.add(imports, "fd_renumber", "ii", c -> renumber(c.i32(0), c.i32(1)));
        Calls.add(imports, "fd_fdstat_get", "ii", this::fdstatGet);
        Calls.add(imports, "fd_fdstat_set_flags", "ii", c -> fdstatSetFlags(c.i32(0), c.i32(1)));
        Calls.add(imports, "fd_fdstat_set_rights", "iII", c -> fdstatSetRights(c.i32(0), c.i64(1), c.i64(2)));
        Calls.add(imports, "fd_filestat_get", "ii", this::filestatGet);
        Calls.add(imports, "fd_filestat_set_size", "iI", c -> filestatSetSize(c.i32(0), c.i64(1)));
        Calls.add(imports, "fd_filestat_set_times", "iIIi", this::filestatSetTimes);
        Calls.add(imports, "fd_seek", "iIii", this::seek);
        Calls.add(imports, "fd_tell", "ii", this::tell);
        Calls.add(imports, "fd_sync", "i", c -> sync(c.i32(0), Rights.FD_SYNC, true));
        Calls.add(imports, "fd_datasync", "i", c -> sync(c.i32(0), Rights.FD_DATASYNC, false));
        Calls.add(imports, "fd_advise", "iIIi", c -> advise(c.i32(0), c.i64(1), c.i64(2), c.i32(3)));
        Calls.add(imports, "fd_allocate", "iII", c -> allocate(c.i32(0), c.i64(1), c.i64(2)));
    }

    private int close(int fd) throws IOException {
        descriptors.close(fd);
        return Errno.SUCCESS;
    }

    private int renumber(int from, int to) throws IOException {
        descriptors.move(from, to);
        return Errno.SUCCESS;
    }

    private int fdstatGet(HostCall call) {
        Descriptor descriptor = descriptors.get(call.i32(0));
        Memory memory = call.memory();
        int at = call.i32(1);
        Calls.span(memory, at, 24);
        memory.putLong(at, descriptor.filetype | descriptor.flags << 16);
        memory.putLong(at + 8, descriptor.rights);
        memory.putLong(at + 16, descriptor.inheriting);
        return Errno.SUCCESS;
    }

    private int fdstatSetFlags(int fd, int flags) throws IOException {
        Descriptor descriptor = descriptors.get(fd, Rights.FD_FDSTAT_SET_FLAGS);
        if ((flags & ~Descriptor.ALL_FLAGS) != 0) {
            return Errno.INVAL;
        }
        descriptor.setFlags(flags);
        return Errno.SUCCESS;
    }

    /** Rights can only be given up. */
    private int fdstatSetRights(int fd, long base, long inheriting) {
        Descriptor descriptor = descriptors.get(fd);
        if ((base & ~descriptor.rights) != 0 || (inheriting & ~descriptor.inheriting) != 0) {
            return Errno.NOTCAPABLE;
        }
        descriptor.rights = base;
        descriptor.inheriting = inheriting;
        return Errno.SUCCESS;
    }

    private int filestatGet(HostCall call) throws IOException {
        Descriptor descriptor = descriptors.get(call.i32(0), Rights.FD_FILESTAT_GET);
        Calls.span(call.memory(), call.i32(1), Filestat.BYTES);
        Filestat stat = descriptor.stat();
        if (stat == null) {
            stat = new Filestat(0, 0, descriptor.filetype, 0, 0, 0, 0, 0);
        }
        stat.write(call.memory(), call.i32(1));
        return Errno.SUCCESS;
    }

    private int filestatSetSize(int fd, long size) throws IOException {
        FileDescriptor file = descriptors.get(fd).file();
        file.require(Rights.FD_FILESTAT_SET_SIZE);
        if (size < 0) {
            return Errno.INVAL;
        }
        file.size(size);
        return Errno.SUCCESS;
    }

    private int filestatSetTimes(HostCall call) throws IOException {
        Descriptor descriptor = descriptors.get(call.i32(0), Rights.FD_FILESTAT_SET_TIMES);
        FileTimes.of(call.i64(1), call.i64(2), call.i32(3), clock).set(descriptor.attributes());
        return Errno.SUCCESS;
    }

    private int seek(HostCall call) throws IOException {
        FileDescriptor file = descriptors.get(call.i32(0)).file();
        long delta = call.i64(1);
        int whence = call.i32(2);
        file.require(whence == WHENCE_CUR && delta == 0 ? Rights.FD_TELL : Rights.FD_SEEK);
        Calls.span(call.memory(), call.i32(3), 8);
        long from = switch (whence) {
            case WHENCE_SET -> 0;
            case WHENCE_CUR -> file.position();
            case WHENCE_END -> file.size();
            default -> throw new Errno.Failure(Errno.INVAL);
        };
        long to = from + delta;
        if (to < 0) {
            return delta > 0 ? Errno.OVERFLOW : Errno.INVAL;
        }
        file.position(to);
        call.memory().putLong(call.i32(3), to);
        return Errno.SUCCESS;
    }

    private int tell(HostCall call) throws IOException {
        FileDescriptor file = descriptors.get(call.i32(0)).file();
        file.require(Rights.FD_TELL);
        call.memory().putLong(call.i32(1), file.position());
        return Errno.SUCCESS;
    }

    private int sync(int fd, long right, boolean metadata) throws IOException {
        Descriptor descriptor = descriptors.get(fd);
        if (descriptor.filetype == Filetype.CHARACTER_DEVICE || descriptor.filetype == Filetype.SOCKET_STREAM) {
            return Errno.INVAL;
        }
        descriptor.require(right);
        descriptor.sync(metadata);
        return Errno.SUCCESS;
    }

    /** Java cannot pass advice on; following none is allowed. */
    private int advise(int fd, long offset, long length, int advice) {
        Descriptor descriptor = descriptors.get(fd);
        if (descriptor.filetype != Filetype.DIRECTORY) {
            descriptor.file();
        }
        descriptor.require(Rights.FD_ADVISE);
        return offset < 0 || length < 0 || advice < 0 || advice > MAX_ADVICE ? Errno.INVAL : Errno.SUCCESS;
    }

    /** Makes the file long enough; Java cannot reserve the blocks. */
    private int allocate(int fd, long offset, long length) throws IOException {
        FileDescriptor file = descriptors.get(fd).file();
        file.require(Rights.FD_ALLOCATE);
        if (offset < 0 || length <= 0) {
            return Errno.INVAL;
        } else if (offset + length < 0) {
            return Errno.FBIG;
        }
        if (offset + length > file.size()) {
            file.size(offset + length);
        }
        return Errno.SUCCESS;
    }
}
