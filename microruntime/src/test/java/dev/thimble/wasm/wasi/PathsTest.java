package dev.thimble.wasm.wasi;

import static dev.thimble.wasm.wasi.Guest.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Making, moving and removing by path, and that no path leads out of what was preopened. */
@Timeout(60)
class PathsTest {
    private static final List<String> ESCAPES = List.of("..", "../secret", "/", "/etc/passwd", "dir/../../secret", "dir/../../box/file",
            "up", "up/secret", "absolute", "absolute/secret", "dir/far", "chain", "dir/deep/../../../secret");

    @TempDir Path folder;
    private Path box;
    private Guest guest;

    @BeforeEach
    void preopen() throws IOException {
        Files.writeString(folder.resolve("secret"), "secret");
        box = Files.createDirectory(folder.resolve("box"));
        Files.createDirectories(box.resolve("dir/deep"));
        Files.writeString(box.resolve("file"), "mine");
        Files.createSymbolicLink(box.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(box.resolve("absolute"), folder);
        Files.createSymbolicLink(box.resolve("dir/far"), Path.of("../../secret"));
        Files.createSymbolicLink(box.resolve("chain"), Path.of("dir/far"));
        Files.createSymbolicLink(box.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(box.resolve("inside"), Path.of("dir/deep/../../file"));
        Files.createSymbolicLink(box.resolve("indir"), Path.of("dir"));
        guest = new Guest(Wasi.builder().preopen(box, "/"));
    }

    @AfterEach
    void close() throws IOException {
        guest.close();
    }

    @Test
    void nothingLeadsOut() throws IOException {
        for (String path : ESCAPES) {
            assertEquals(-Errno.PERM, guest.open(path, 0, Rights.FD_READ, 0), path);
            assertEquals(-Errno.PERM, guest.open(path, 1, Rights.FILE, 0), path);
            assertEquals(Errno.PERM, guest.path("path_filestat_get", at(3, 1), path, 0), path);
            assertEquals(Errno.PERM, guest.path("path_filestat_set_times", at(3, 1), path, 0, 0, 2 | 8), path);
        }
        for (String path : List.of("../made", "up/made", "absolute/made", "dir/../../made", "/made")) {
            assertEquals(Errno.PERM, guest.path("path_create_directory", at(3), path), path);
            assertEquals(Errno.PERM, guest.paths("path_symlink", at(), "file", at(3), path), path);
            assertEquals(Errno.PERM, guest.paths("path_link", at(3, 0), "file", at(3), path), path);
            assertEquals(Errno.PERM, guest.paths("path_rename", at(3), "file", at(3), path), path);
        }
        for (String path : List.of("../secret", "up/secret", "absolute/secret")) {
            assertEquals(Errno.PERM, guest.path("path_unlink_file", at(3), path), path);
            assertEquals(Errno.PERM, guest.path("path_remove_directory", at(3), path), path);
            assertEquals(Errno.PERM, guest.path("path_readlink", at(3), path, 0, 10, 16), path);
            assertEquals(Errno.PERM, guest.paths("path_link", at(3, 0), path, at(3), "stolen"), path);
            assertEquals(Errno.PERM, guest.paths("path_rename", at(3), path, at(3), "stolen"), path);
        }
        int sub = guest.open("dir", 2, Rights.DIRECTORY, 0);
        assertEquals(Errno.PERM, guest.path("path_open", at(sub, 0), "../file", 0, Rights.FD_READDIR, 0, 0, 0));
        assertEquals("secret", Files.readString(folder.resolve("secret")));
        try (var list = Files.list(folder)) {
            assertEquals(2, list.count());
        }
        try (var list = Files.list(box)) {
            assertTrue(list.noneMatch(p -> p.getFileName().toString().startsWith(".thimble-")), "nothing is left behind");
        }
    }

    @Test
    void symbolicLinks() {
        assertEquals("mine", guest.read(guest.open("inside", 0, Rights.FD_READ, 0)));
        assertEquals("mine", guest.read(guest.open("indir/../file", 0, Rights.FD_READ, 0)));
        assertEquals(-Errno.LOOP, guest.open("loop", 0, Rights.FD_READ, 0));
        assertEquals(Errno.LOOP, guest.path("path_open", at(3, 0), "inside", 0, Rights.FD_READ, 0, 0, 0));
        assertEquals(0, guest.path("path_filestat_get", at(3, 0), "up", 0));
        assertEquals(Filetype.SYMBOLIC_LINK, guest.memory().getByte(16));
        assertEquals(0, guest.path("path_readlink", at(3), "up", 64, 10, 0));
        assertEquals(2, guest.result());
        assertEquals("..", guest.text(64, 2));
        assertEquals(0, guest.path("path_readlink", at(3), "inside", 64, 4, 0));
        assertEquals("dir/", guest.text(64, guest.result()));
        assertEquals(Errno.INVAL, guest.path("path_readlink", at(3), "file", 64, 10, 0));
        assertEquals(Errno.NOENT, guest.path("path_readlink", at(3), "absent", 64, 10, 0));
        assertEquals(0, guest.paths("path_symlink", at(), "dir/new", at(3), "soft"));
        assertTrue(guest.open("soft", 1, Rights.FD_WRITE, 0) > 0);
        assertTrue(Files.isRegularFile(box.resolve("dir/new"), LinkOption.NOFOLLOW_LINKS));
        assertEquals(-Errno.EXIST, guest.open("soft", 1 | 4, Rights.FD_WRITE, 0));
        assertEquals(Errno.EXIST, guest.paths("path_symlink", at(), "x", at(3), "file"));
        assertEquals(Errno.PERM, guest.paths("path_symlink", at(), "/etc", at(3), "etc"));
        assertEquals(Errno.NOENT, guest.paths("path_symlink", at(), "", at(3), "empty"));
    }

    @Test
    void directoriesAreMadeAndRemoved() {
        assertEquals(0, guest.path("path_create_directory", at(3), "new/"));
        assertEquals(Errno.EXIST, guest.path("path_create_directory", at(3), "new"));
        assertEquals(Errno.EXIST, guest.path("path_create_directory", at(3), "file"));
        assertEquals(Errno.EXIST, guest.path("path_create_directory", at(3), "."));
        assertEquals(Errno.EXIST, guest.path("path_create_directory", at(3), "up/"));
        assertEquals(Errno.NOENT, guest.path("path_create_directory", at(3), "a/b"));
        assertEquals(Errno.NOTDIR, guest.path("path_create_directory", at(3), "file/b"));
        assertEquals(Errno.NOTEMPTY, guest.path("path_remove_directory", at(3), "dir"));
        assertEquals(Errno.NOTDIR, guest.path("path_remove_directory", at(3), "file"));
        assertEquals(Errno.NOTDIR, guest.path("path_remove_directory", at(3), "indir/"));
        assertEquals(Errno.INVAL, guest.path("path_remove_directory", at(3), "dir/."));
        assertEquals(Errno.NOENT, guest.path("path_remove_directory", at(3), "absent"));
        assertEquals(0, guest.path("path_remove_directory", at(3), "new/"));
        assertFalse(Files.exists(box.resolve("new")));
    }

    @Test
    void filesAreUnlinkedAndLinked() throws IOException {
        assertEquals(Errno.ISDIR, guest.path("path_unlink_file", at(3), "dir"));
        assertEquals(Errno.NOTDIR, guest.path("path_unlink_file", at(3), "file/"));
        assertEquals(Errno.NOENT, guest.path("path_unlink_file", at(3), "absent"));
        assertEquals(0, guest.paths("path_link", at(3, 0), "file", at(3), "dir/hard"));
        assertEquals(0, guest.path("path_filestat_get", at(3, 0), "file", 0));
        assertEquals(2, guest.memory().getLong(24));
        assertEquals(Errno.EXIST, guest.paths("path_link", at(3, 0), "file", at(3), "dir"));
        assertEquals(Errno.PERM, guest.paths("path_link", at(3, 0), "dir", at(3), "dir2"));
        assertEquals(Errno.INVAL, guest.paths("path_link", at(3, 1), "file", at(3), "other"));
        assertEquals(Errno.NOENT, guest.paths("path_link", at(3, 0), "absent", at(3), "other"));
        assertEquals(Errno.NOENT, guest.paths("path_link", at(3, 0), "file", at(3), "other/"));
        assertEquals(0, guest.path("path_unlink_file", at(3), "file"));
        assertEquals("mine", Files.readString(box.resolve("dir/hard")));
        assertEquals(0, guest.path("path_unlink_file", at(3), "absolute"), "the link, not what it leads to");
        assertTrue(Files.exists(folder.resolve("secret")));
    }

    @Test
    void renames() {
        assertEquals(Errno.NOENT, guest.paths("path_rename", at(3), "absent", at(3), "x"));
        assertEquals(Errno.ISDIR, guest.paths("path_rename", at(3), "file", at(3), "dir"));
        assertEquals(Errno.NOTDIR, guest.paths("path_rename", at(3), "dir", at(3), "file"));
        assertEquals(Errno.NOTDIR, guest.paths("path_rename", at(3), "file", at(3), "x/"));
        assertEquals(Errno.INVAL, guest.paths("path_rename", at(3), "dir", at(3), "dir/deep/x"));
        assertEquals(Errno.BUSY, guest.paths("path_rename", at(3), ".", at(3), "x"));
        assertEquals(0, guest.path("path_create_directory", at(3), "full"));
        assertEquals(0, guest.paths("path_rename", at(3), "file", at(3), "full/file"));
        assertEquals(Errno.NOTEMPTY, guest.paths("path_rename", at(3), "dir/deep", at(3), "full"));
        int moved = guest.open("full", 2, Rights.DIRECTORY | Rights.FD_READ, 0);
        assertEquals(0, guest.paths("path_rename", at(3), "full", at(3), "dir/moved"));
        assertEquals(0, guest.path("path_open", at(moved, 0), "file", 0, Rights.FD_READ, 0, 0, 0), "an open directory goes with its name");
        assertEquals("mine", guest.read(guest.result()));
    }

    /** Another program swaps a directory for a link to the outside, over and over. */
    @Test
    void racesDoNotLeadOut() throws Exception {
        Files.createDirectory(folder.resolve("outside"));
        Files.writeString(folder.resolve("outside/file"), "secret");
        Files.createDirectory(box.resolve("real"));
        Files.writeString(box.resolve("real/file"), "mine");
        Files.createSymbolicLink(box.resolve("link"), folder.resolve("outside"));
        var stop = new AtomicBoolean();
        var swapper = new Thread(() -> {
            try {
                while (!stop.get()) {
                    Files.move(box.resolve("real"), box.resolve("target"));
                    Files.move(box.resolve("target"), box.resolve("real"));
                    Files.move(box.resolve("link"), box.resolve("target"));
                    Files.move(box.resolve("target"), box.resolve("link"));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        swapper.start();
        int opened = 0;
        for (int i = 0; i < 3000; i++) {
            int fd = guest.open("target/file", 0, Rights.FD_READ, 0);
            if (fd > 0) {
                assertEquals("mine", guest.read(fd));
                assertEquals(0, guest.call("fd_close", fd));
                opened++;
            }
            guest.path("path_create_directory", at(3), "target/made");
            guest.path("path_unlink_file", at(3), "target/other");
            guest.paths("path_symlink", at(), "x", at(3), "target/soft");
            guest.paths("path_link", at(3, 0), "target/file", at(3), "stolen" + i);
        }
        stop.set(true);
        swapper.join();
        try (var list = Files.list(folder.resolve("outside"))) {
            assertEquals(List.of(folder.resolve("outside/file")), list.toList());
        }
        try (var list = Files.list(box)) {
            for (Path path : list.filter(p -> p.getFileName().toString().startsWith("stolen")).toList()) {
                assertEquals("mine", Files.readString(path));
            }
        }
        System.out.println("the guest won the race for the file " + opened + " times in 3000");
    }
}
