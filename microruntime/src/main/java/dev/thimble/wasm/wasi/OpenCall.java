package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.HostCall;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** {@code path_open}. A new descriptor has at most the rights that its directory hands on. */
final class OpenCall {
    private static final int SYMLINK_FOLLOW = 1;
    private static final int CREAT = 1;
    private static final int DIRECTORY = 2;
    private static final int EXCL = 4;
    private static final int TRUNC = 8;
    private static final int ALL = CREAT | DIRECTORY | EXCL | TRUNC;
    private static final long WRITING = Rights.FD_WRITE | Rights.FD_ALLOCATE | Rights.FD_FILESTAT_SET_SIZE;
    private static final int ATTEMPTS = 8;

    private final DescriptorTable descriptors;

    OpenCall(DescriptorTable descriptors) {
        this.descriptors = descriptors;
    }

    void addTo(Imports.Builder imports) {
        Calls.add(imports, "path_open", "iiiiiIIii", this::pathOpen);
    }

    private int pathOpen(HostCall call) throws IOException {
        int lookup = call.i32(1);
        int oflags = call.i32(4);
        long rights = call.i64(5);
        long inheriting = call.i64(6);
        int fdflags = call.i32(7);
        Calls.span(call.memory(), call.i32(8), 4);
        DirectoryDescriptor base = descriptors.get(call.i32(0)).directory();
        String path = PathResolver.text(call.memory(), call.i32(2), call.i32(3));
        if ((lookup & ~SYMLINK_FOLLOW) != 0 || (oflags & ~ALL) != 0 || (fdflags & ~Descriptor.ALL_FLAGS) != 0
                || (oflags & DIRECTORY) != 0 && (oflags & (CREAT | EXCL | TRUNC)) != 0) {
            return Errno.INVAL;
        }
        base.require(Rights.PATH_OPEN | ((oflags & CREAT) != 0 ? Rights.PATH_CREATE_FILE : 0)
                | ((oflags & TRUNC) != 0 ? Rights.PATH_FILESTAT_SET_SIZE : 0));
        if (((rights | inheriting) & ~base.inheriting) != 0) {
            return Errno.NOTCAPABLE;
        }
        descriptors.requireRoom();
        boolean exclusive = (oflags & (CREAT | EXCL)) == (CREAT | EXCL);
        boolean follow = lookup == SYMLINK_FOLLOW && !exclusive;
        Descriptor opened = null;
        for (int attempt = 0; opened == null && attempt < ATTEMPTS; attempt++) {
            Place place = PathResolver.resolve(base, path, follow);
            try {
                opened = open(place, oflags, rights, inheriting, fdflags);
            } catch (FileAlreadyExistsException e) {
                // Somebody else made it since it was looked for: unless it had to be new, that one is opened.
                if (exclusive) {
                    throw e;
                }
            } finally {
                if (!(opened instanceof FileDescriptor)) {
                    place.close();
                }
            }
        }
        if (opened == null) {
            return Errno.AGAIN;
        }
        call.memory().putInt(call.i32(8), descriptors.add(opened));
        return Errno.SUCCESS;
    }

    private static Descriptor open(Place place, int oflags, long rights, long inheriting, int fdflags) throws IOException {
        Filestat stat = place.statOrNull();
        if (stat == null) {
            if ((oflags & CREAT) == 0) {
                throw new Errno.Failure(Errno.NOENT);
            } else if (place.mustBeDirectory()) {
                throw new Errno.Failure(Errno.ISDIR);
            }
            return file(place, StandardOpenOption.CREATE_NEW, oflags, rights, inheriting, fdflags);
        } else if ((oflags & (CREAT | EXCL)) == (CREAT | EXCL)) {
            throw new Errno.Failure(Errno.EXIST);
        }
        boolean directoryAsked = (oflags & DIRECTORY) != 0 || place.mustBeDirectory();
        return switch (stat.filetype()) {
            case Filetype.DIRECTORY -> {
                if ((oflags & (CREAT | TRUNC)) != 0 || !directoryAsked && (rights & Rights.FD_WRITE) != 0) {
                    throw new Errno.Failure(Errno.ISDIR);
                }
                yield directory(place, rights, inheriting, fdflags);
            }
            case Filetype.REGULAR_FILE -> {
                if (directoryAsked) {
                    throw new Errno.Failure(Errno.NOTDIR);
                }
                yield file(place, null, oflags, rights, inheriting, fdflags);
            }
            case Filetype.SYMBOLIC_LINK -> throw new Errno.Failure(directoryAsked ? Errno.NOTDIR : Errno.LOOP);
            // Devices, pipes and sockets of the host are granted as streams or not at all; opening one might wait for ever.
            default -> throw new Errno.Failure(Errno.ACCES);
        };
    }

    private static Descriptor directory(Place place, long rights, long inheriting, int fdflags) throws IOException {
        SecureDirectoryStream<Path> stream = DirectoryDescriptor.open(place.directory(), place.name());
        var directory = new DirectoryDescriptor(stream, place.path().resolve(place.name()).normalize(), place.root(), null,
                rights & Rights.DIRECTORY, inheriting);
        directory.flags = fdflags;
        return directory;
    }

    private static Descriptor file(Place place, OpenOption creation, int oflags, long rights, long inheriting, int fdflags) throws IOException {
        Set<OpenOption> options = new HashSet<>();
        options.add(LinkOption.NOFOLLOW_LINKS);
        boolean write = creation != null || (oflags & TRUNC) != 0 || (rights & WRITING) != 0;
        if (write) {
            options.add(StandardOpenOption.WRITE);
        }
        if (!write || (rights & Rights.FD_READ) != 0) {
            options.add(StandardOpenOption.READ);
        }
        if (creation != null) {
            options.add(creation);
        }
        SeekableByteChannel channel = place.directory().newByteChannel(place.name(), options);
        try {
            if ((oflags & TRUNC) != 0) {
                channel.truncate(0);
            }
            return new FileDescriptor((FileChannel) channel, place, place.stat(), rights & Rights.FILE, inheriting, fdflags);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
