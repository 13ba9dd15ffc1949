package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.UUID;

/**
 * The {@code path_*} calls but {@code path_open}.
 *
 * <p>Java has no {@code mkdirat}, {@code symlinkat} and {@code linkat}. What they make is made under a name that nobody
 * knows in the preopened directory, whose path is the embedder's and so trusted, and then moved ({@code renameat}) to
 * where it belongs: so nobody who swaps a directory for a link meanwhile gets it made elsewhere.
 */
final class PathCalls {
    private static final int SYMLINK_FOLLOW = 1;

    /** Makes something at a path that does not exist. */
    @FunctionalInterface
    private interface Maker {
        void make(Path path) throws IOException;
    }

    private final DescriptorTable descriptors;
    private final WasiClock clock;

    PathCalls(DescriptorTable descriptors, WasiClock clock) {
        this.descriptors = descriptors;
        this.clock = clock;
    }

    void addTo(Imports.Builder imports) {
        Calls.add(imports, "path_create_directory", "iii", this::createDirectory);
        Calls.add(imports, "path_filestat_get", "iiiii", this::filestatGet);
        Calls.add(imports, "path_filestat_set_times", "iiiiIIi", this::filestatSetTimes);
        Calls.add(imports, "path_link", "iiiiiii", this::link);
        Calls.add(imports, "path_readlink", "iiiiii", this::readlink);
        Calls.add(imports, "path_remove_directory", "iii", this::removeDirectory);
        Calls.add(imports, "path_rename", "iiiiii", this::rename);
        Calls.add(imports, "path_symlink", "iiiii", this::symlink);
        Calls.add(imports, "path_unlink_file", "iii", this::unlinkFile);
    }

    /** The directory in argument {@code fd} and the path in the two arguments from {@code path}. */
    private Place place(HostCall call, int fd, int path, long right, boolean follow) throws IOException {
        DirectoryDescriptor directory = descriptors.get(call.i32(fd)).directory();
        directory.require(right);
        return PathResolver.resolve(directory, PathResolver.text(call.memory(), call.i32(path), call.i32(path + 1)), follow);
    }

    private static boolean follows(int lookupflags) {
        if ((lookupflags & ~SYMLINK_FOLLOW) != 0) {
            throw new Errno.Failure(Errno.INVAL);
        }
        return lookupflags == SYMLINK_FOLLOW;
    }

    /** Something that is there; a path that ends in a slash only if it is a directory. */
    private static Filestat existing(Place place) throws IOException {
        Filestat stat = place.stat();
        if (place.mustBeDirectory() && stat.filetype() != Filetype.DIRECTORY) {
            throw new Errno.Failure(Errno.NOTDIR);
        }
        return stat;
    }

    private int createDirectory(HostCall call) throws IOException {
        DirectoryDescriptor directory = descriptors.get(call.i32(0)).directory();
        String path = PathResolver.text(call.memory(), call.i32(1), call.i32(2));
        directory.require(Rights.PATH_CREATE_DIRECTORY);
        // A slash at the end follows no link here: mkdir("link/") fails with exist.
        try (Place place = PathResolver.resolve(directory, withoutSlashes(path), false)) {
            make(place, Files::createDirectory, null);
        }
        return Errno.SUCCESS;
    }

    private static String withoutSlashes(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    /**
     * @param expected what the thing made must be, or null
     */
    private static void make(Place place, Maker maker, Filestat expected) throws IOException {
        if (place.isSelf() || place.statOrNull() != null) {
            throw new Errno.Failure(Errno.EXIST);
        } else if (place.mustBeDirectory()) {
            throw new Errno.Failure(Errno.NOENT);
        }
        Path unknown = Path.of(".thimble-" + UUID.randomUUID());
        try (SecureDirectoryStream<Path> root = DirectoryDescriptor.open(place.root())) {
            maker.make(place.root().resolve(unknown));
            boolean moved = false;
            try (Place made = new Place(DirectoryDescriptor.open(root, DirectoryDescriptor.SELF), place.root(), place.root(), unknown, false)) {
                if (expected != null && !made.stat().sameFile(expected)) {
                    throw new Errno.Failure(Errno.NOENT);
                }
                root.move(unknown, place.directory(), place.name());
                moved = true;
            } finally {
                if (!moved) {
                    Files.deleteIfExists(place.root().resolve(unknown));
                }
            }
        }
    }

    private int filestatGet(HostCall call) throws IOException {
        Calls.span(call.memory(), call.i32(4), Filestat.BYTES);
        try (Place place = place(call, 0, 2, Rights.PATH_FILESTAT_GET, follows(call.i32(1)))) {
            existing(place).write(call.memory(), call.i32(4));
        }
        return Errno.SUCCESS;
    }

    private int filestatSetTimes(HostCall call) throws IOException {
        FileTimes times = FileTimes.of(call.i64(4), call.i64(5), call.i32(6), clock);
        try (Place place = place(call, 0, 2, Rights.PATH_FILESTAT_SET_TIMES, follows(call.i32(1)))) {
            if (existing(place).filetype() == Filetype.SYMBOLIC_LINK) {
                // Java would have to open the link.
                return Errno.NOTSUP;
            }
            times.set(place.attributes());
        }
        return Errno.SUCCESS;
    }

    private int link(HostCall call) throws IOException {
        if (follows(call.i32(1))) {
            return Errno.INVAL;
        }
        try (Place old = place(call, 0, 2, Rights.PATH_LINK_SOURCE, false); Place target = place(call, 4, 5, Rights.PATH_LINK_TARGET, false)) {
            Filestat stat = existing(old);
            if (stat.filetype() == Filetype.DIRECTORY) {
                return Errno.PERM;
            }
            make(target, path -> Files.createLink(path, old.path().resolve(old.name())), stat);
        }
        return Errno.SUCCESS;
    }

    private int symlink(HostCall call) throws IOException {
        String text = PathResolver.text(call.memory(), call.i32(0), call.i32(1));
        if (text.isEmpty()) {
            return Errno.NOENT;
        } else if (text.startsWith("/")) {
            return Errno.PERM;
        }
        try (Place place = place(call, 2, 3, Rights.PATH_SYMLINK, false)) {
            make(place, path -> Files.createSymbolicLink(path, Path.of(text)), null);
        }
        return Errno.SUCCESS;
    }

    private int readlink(HostCall call) throws IOException {
        Memory memory = call.memory();
        int at = call.i32(3);
        int room = call.i32(4);
        Calls.span(memory, at, room);
        Calls.span(memory, call.i32(5), 4);
        byte[] text;
        try (Place place = place(call, 0, 1, Rights.PATH_READLINK, false)) {
            text = place.readLink().getBytes(StandardCharsets.UTF_8);
        }
        int length = Integer.compareUnsigned(room, text.length) < 0 ? room : text.length;
        memory.write(at, text, 0, length);
        memory.putInt(call.i32(5), length);
        return Errno.SUCCESS;
    }

    private int unlinkFile(HostCall call) throws IOException {
        try (Place place = place(call, 0, 1, Rights.PATH_UNLINK_FILE, false)) {
            if (existing(place).filetype() == Filetype.DIRECTORY) {
                return Errno.ISDIR;
            }
            place.directory().deleteFile(place.name());
        }
        return Errno.SUCCESS;
    }

    private int removeDirectory(HostCall call) throws IOException {
        DirectoryDescriptor directory = descriptors.get(call.i32(0)).directory();
        String path = PathResolver.text(call.memory(), call.i32(1), call.i32(2));
        directory.require(Rights.PATH_REMOVE_DIRECTORY);
        try (Place place = PathResolver.resolve(directory, withoutSlashes(path), false)) {
            if (place.isSelf()) {
                return Errno.INVAL;
            } else if (place.stat().filetype() != Filetype.DIRECTORY) {
                return Errno.NOTDIR;
            }
            place.directory().deleteDirectory(place.name());
        }
        return Errno.SUCCESS;
    }

    private int rename(HostCall call) throws IOException {
        try (Place from = place(call, 0, 1, Rights.PATH_RENAME_SOURCE, false); Place to = renameTarget(call)) {
            Filestat moved = existing(from);
            if (from.isSelf() || to.isSelf()) {
                return Errno.BUSY;
            }
            Filestat replaced = to.statOrNull();
            boolean directory = moved.filetype() == Filetype.DIRECTORY;
            if (!directory && to.mustBeDirectory()) {
                return Errno.NOTDIR;
            } else if (replaced != null && directory != (replaced.filetype() == Filetype.DIRECTORY)) {
                return directory ? Errno.NOTDIR : Errno.ISDIR;
            }
            from.directory().move(from.name(), to.directory(), to.name());
        }
        return Errno.SUCCESS;
    }

    private Place renameTarget(HostCall call) throws IOException {
        return place(call, 3, 4, Rights.PATH_RENAME_TARGET, false);
    }
}
