package dev.thimble.wasm.wasi;

import static dev.thimble.wasm.wasi.Guest.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.wasm.api.Trap;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors of files and directories, and each call's errors. */
class FilesTest {
    private static final long RW = Rights.FILE;
    private static final int CREAT = 1;
    private static final int DIRECTORY = 2;
    private static final int EXCL = 4;
    private static final int TRUNC = 8;

    @TempDir Path folder;
    private Guest guest;

    @BeforeEach
    void preopen() throws IOException {
        Files.createDirectory(folder.resolve("dir"));
        Files.writeString(folder.resolve("dir/inner"), "inside");
        Files.writeString(folder.resolve("file"), "0123456789");
        guest = new Guest(Wasi.builder().preopen(folder, "/work"));
    }

    @AfterEach
    void close() throws IOException {
        guest.close();
    }

    @Test
    void preopensHaveNames() {
        assertEquals(0, guest.call("fd_prestat_get", 3, 0));
        assertEquals(5L << 32, guest.memory().getLong(0));
        assertEquals(0, guest.call("fd_prestat_dir_name", 3, 16, 5));
        assertEquals("/work", guest.text(16, 5));
        assertEquals(Errno.NAMETOOLONG, guest.call("fd_prestat_dir_name", 3, 16, 4));
        assertEquals(Errno.BADF, guest.call("fd_prestat_get", 4, 0));
        assertEquals(Errno.BADF, guest.call("fd_prestat_get", 0, 0));
    }

    @Test
    void openingAndItsErrors() {
        assertEquals(-Errno.NOENT, guest.open("absent", 0, RW, 0));
        assertEquals(-Errno.NOENT, guest.open("absent/below", CREAT, RW, 0));
        assertEquals(-Errno.NOENT, guest.open("", CREAT, RW, 0));
        assertEquals(-Errno.EXIST, guest.open("file", CREAT | EXCL, RW, 0));
        assertEquals(-Errno.NOTDIR, guest.open("file", DIRECTORY, RW, 0));
        assertEquals(-Errno.NOTDIR, guest.open("file/", 0, RW, 0));
        assertEquals(-Errno.NOTDIR, guest.open("file/below", 0, RW, 0));
        assertEquals(-Errno.ISDIR, guest.open("dir", 0, RW, 0));
        assertEquals(-Errno.ISDIR, guest.open("dir", TRUNC, Rights.FD_READ, 0));
        assertEquals(-Errno.INVAL, guest.open("file", DIRECTORY | CREAT, RW, 0));
        assertEquals(-Errno.INVAL, guest.open("file", 16, RW, 0));
        assertEquals(-Errno.INVAL, guest.open("file", 0, RW, 32));
        assertEquals(-Errno.NOTCAPABLE, guest.open("file", 0, RW | Rights.SOCK_ACCEPT, 0));
        assertEquals(-Errno.NAMETOOLONG, guest.open("n".repeat(300), CREAT, RW, 0));
        assertEquals(-Errno.INVAL, guest.open("nul\0", 0, RW, 0));
        guest.memory().putByte(1024, 0xFF);
        assertEquals(Errno.ILSEQ, guest.call("path_open", 3, 0, 1024, 1, 0, RW, RW, 0, 0));
        assertEquals(Errno.NOTDIR, guest.call("path_open", 1, 0, 1024, 1, 0, RW, RW, 0, 0));
        assertEquals(Errno.BADF, guest.call("path_open", 77, 0, 1024, 1, 0, RW, RW, 0, 0));
        assertEquals(Errno.NAMETOOLONG, guest.call("path_open", 3, 0, 1024, 5000, 0, RW, RW, 0, 0));
        assertThrows(Trap.class, () -> guest.call("path_open", 3, 0, 65_535, 2, 0, RW, RW, 0, 0));
        assertThrows(Trap.class, () -> guest.call("path_open", 3, 0, 1024, 1, 0, RW, RW, 0, 65_533));
        assertEquals(4, guest.open("file", 0, RW, 0));
        assertEquals(5, guest.open("dir/../file", 0, RW, 0));
        assertEquals(0, guest.call("fd_close", 4));
        assertEquals(4, guest.open("./dir//inner", 0, RW, 0), "the lowest free number");
    }

    @Test
    void descriptorsAreBounded() {
        int last = 0;
        for (int i = 0; i < 2000 && last >= 0; i++) {
            last = guest.open("file", 0, Rights.FD_READ, 0);
        }
        assertEquals(-Errno.MFILE, last);
        assertEquals(0, guest.call("fd_close", 500));
        assertEquals(500, guest.open("file", 0, Rights.FD_READ, 0));
    }

    @Test
    void readingWritingAndPositions() throws IOException {
        int fd = guest.open("new", CREAT, RW, 0);
        assertEquals(0, guest.write(fd, "hello world"));
        assertEquals(0, guest.call("fd_tell", fd, 0));
        assertEquals(11, guest.memory().getLong(0));
        assertEquals(0, guest.call("fd_seek", fd, -5, 2, 0));
        assertEquals("world", guest.read(fd));
        assertEquals("", guest.read(fd));
        assertEquals(0, guest.call("fd_pwrite", fd, guest.iovec(Guest.DATA, 3), 1, 2, 0));
        assertEquals(0, guest.call("fd_pread", fd, guest.iovec(Guest.DATA, 3), 1, 8, 0));
        assertEquals("rld", guest.text(Guest.DATA, 3));
        assertEquals("heworworld".length() + 1, Files.size(folder.resolve("new")));
        assertEquals(Errno.INVAL, guest.call("fd_seek", fd, -1, 0, 0));
        assertEquals(Errno.INVAL, guest.call("fd_seek", fd, 0, 3, 0));
        assertEquals(Errno.OVERFLOW, guest.call("fd_seek", fd, Long.MAX_VALUE, 2, 0));
        assertEquals(Errno.INVAL, guest.call("fd_pread", fd, 64, 1, -1, 0));
        assertEquals(Errno.INVAL, guest.call("fd_read", fd, 64, 1025, 0));
        assertThrows(Trap.class, () -> guest.call("fd_read", fd, guest.iovec(65_530, 7), 1, 0));
        assertThrows(Trap.class, () -> guest.call("fd_write", fd, 65_530, 1, 0));
        assertEquals(0, guest.call("fd_filestat_set_size", fd, 20));
        assertEquals(20, Files.size(folder.resolve("new")));
        assertEquals(0, guest.call("fd_filestat_set_size", fd, 4));
        assertEquals("hewo", Files.readString(folder.resolve("new")));
        assertEquals(Errno.INVAL, guest.call("fd_filestat_set_size", fd, -1));
        assertEquals(0, guest.call("fd_allocate", fd, 10, 10));
        assertEquals(20, Files.size(folder.resolve("new")));
        assertEquals(0, guest.call("fd_allocate", fd, 0, 3));
        assertEquals(20, Files.size(folder.resolve("new")));
        assertEquals(Errno.INVAL, guest.call("fd_allocate", fd, 0, 0));
        assertEquals(Errno.FBIG, guest.call("fd_allocate", fd, Long.MAX_VALUE, 1));
        assertEquals(0, guest.call("fd_sync", fd));
        assertEquals(0, guest.call("fd_datasync", fd));
        assertEquals(0, guest.call("fd_advise", fd, 0, 5, 3));
        assertEquals(Errno.INVAL, guest.call("fd_advise", fd, 0, 5, 6));
        assertEquals(Errno.SPIPE, guest.call("fd_advise", 1, 0, 5, 3));
    }

    @Test
    void vectorsAreReadInOrder() {
        int fd = guest.open("file", 0, RW, 0);
        guest.memory().putLong(64, 200 | 3L << 32);
        guest.memory().putLong(72, 300);
        guest.memory().putLong(80, 300 | 100L << 32);
        assertEquals(0, guest.call("fd_read", fd, 64, 3, 0));
        assertEquals(10, guest.result());
        assertEquals("012", guest.text(200, 3));
        assertEquals("3456789", guest.text(300, 7));
    }

    @Test
    void appendFlagMovesEachWriteToTheEnd() throws IOException {
        int fd = guest.open("file", 0, RW, Descriptor.APPEND | Descriptor.SYNC);
        assertEquals(0, guest.write(fd, "ab"));
        assertEquals("0123456789ab", Files.readString(folder.resolve("file")));
        assertEquals(0, guest.call("fd_fdstat_set_flags", fd, 0));
        assertEquals(0, guest.call("fd_seek", fd, 0, 0, 0));
        assertEquals(0, guest.write(fd, "xy"));
        assertEquals("xy23456789ab", Files.readString(folder.resolve("file")));
        assertEquals(Errno.INVAL, guest.call("fd_fdstat_set_flags", fd, 64));
    }

    @Test
    void rightsAreInheritedAndOnlyShrink() {
        int fd = guest.open("file", 0, Rights.FD_READ | Rights.FD_SEEK, 0);
        assertEquals(Errno.NOTCAPABLE, guest.write(fd, "x"));
        assertEquals(Errno.NOTCAPABLE, guest.call("fd_filestat_get", fd, 0));
        assertEquals(Errno.NOTCAPABLE, guest.call("fd_fdstat_set_rights", fd, RW, 0));
        assertEquals(0, guest.call("fd_fdstat_set_rights", fd, Rights.FD_SEEK, 0));
        assertEquals("errno " + Errno.NOTCAPABLE, guest.read(fd));
        int sub = guest.open("dir", DIRECTORY, Rights.PATH_OPEN | Rights.FD_READ, 0);
        assertEquals(Errno.NOTCAPABLE, guest.path("path_open", at(sub, 0), "inner", 0, RW, 0, 0, 0));
        assertEquals(0, guest.path("path_open", at(sub, 0), "inner", 0, Rights.FD_READ, 0, 0, 0));
        assertEquals(Errno.NOTCAPABLE, guest.path("path_open", at(sub, 0), "made", CREAT, Rights.FD_READ, 0, 0, 0));
        assertEquals(Errno.NOTCAPABLE, guest.path("path_unlink_file", at(sub), "inner"));
        assertEquals(0, guest.call("fd_fdstat_get", sub, 16));
        assertEquals(Filetype.DIRECTORY, guest.memory().getByte(16));
        assertEquals(Rights.PATH_OPEN, guest.memory().getLong(24));
        assertEquals(Rights.PATH_OPEN | Rights.FD_READ, guest.memory().getLong(32));
    }

    @Test
    void aReadOnlyPreopenChangesNothing() throws IOException {
        try (var reader = new Guest(Wasi.builder().preopenReadOnly(folder, "/"))) {
            assertEquals(-Errno.NOTCAPABLE, reader.open("file", 0, RW, 0));
            assertEquals(-Errno.NOTCAPABLE, reader.open("new", CREAT, Rights.FD_READ, 0));
            assertEquals(-Errno.NOTCAPABLE, reader.open("file", TRUNC, Rights.FD_READ, 0));
            assertEquals("0123456789", reader.read(reader.open("file", 0, Rights.FD_READ, 0)));
            assertEquals(Errno.NOTCAPABLE, reader.path("path_create_directory", at(3), "new"));
            assertEquals(Errno.NOTCAPABLE, reader.path("path_unlink_file", at(3), "file"));
            assertEquals(Errno.NOTCAPABLE, reader.paths("path_rename", at(3), "file", at(3), "new"));
            assertEquals(Errno.NOTCAPABLE, reader.path("path_filestat_set_times", at(3, 0), "file", 0, 0, 2));
        }
        assertEquals("0123456789", Files.readString(folder.resolve("file")));
    }

    @Test
    void attributes() throws IOException {
        int fd = guest.open("file", 0, RW, 0);
        assertEquals(0, guest.call("fd_filestat_set_times", fd, 1_000_000, 2_000_000, 1 | 4));
        assertEquals(0, guest.call("fd_filestat_get", fd, 0));
        assertEquals(((Number) Files.getAttribute(folder.resolve("file"), "unix:ino")).longValue(), guest.memory().getLong(8));
        assertEquals(Filetype.REGULAR_FILE, guest.memory().getByte(16));
        assertEquals(1, guest.memory().getLong(24));
        assertEquals(10, guest.memory().getLong(32));
        assertEquals(1_000_000, guest.memory().getLong(40));
        assertEquals(2_000_000, guest.memory().getLong(48));
        assertEquals(Errno.INVAL, guest.call("fd_filestat_set_times", fd, 0, 0, 1 | 2));
        assertEquals(Errno.INVAL, guest.call("fd_filestat_set_times", fd, 0, 0, 16));
        assertEquals(0, guest.path("path_filestat_set_times", at(3, 1), "file", 0, 9_000_000, 4));
        assertEquals(9, Files.getLastModifiedTime(folder.resolve("file")).to(TimeUnit.MILLISECONDS));
        assertEquals(Errno.NOENT, guest.path("path_filestat_set_times", at(3, 1), "absent", 0, 0, 4));
        assertEquals(Errno.NOENT, guest.path("path_filestat_get", at(3, 1), "absent", 0));
        assertEquals(Errno.NOTDIR, guest.path("path_filestat_get", at(3, 1), "file/", 0));
        assertEquals(Errno.INVAL, guest.path("path_filestat_get", at(3, 2), "file", 0));
        assertEquals(0, guest.path("path_filestat_get", at(3, 1), "dir/", 0));
        assertEquals(Filetype.DIRECTORY, guest.memory().getByte(16));
        Files.delete(folder.resolve("file"));
        assertEquals(0, guest.write(fd, "much longer now"));
        assertEquals(0, guest.call("fd_filestat_get", fd, 0));
        assertEquals(15, guest.memory().getLong(32), "an unlinked file is still a file");
    }

    @Test
    void directoriesAreListedInPieces() throws IOException {
        for (int i = 0; i < 40; i++) {
            Files.createFile(folder.resolve("entry-" + i));
        }
        List<String> names = new ArrayList<>();
        long cookie = 0;
        while (true) {
            assertEquals(0, guest.call("fd_readdir", 3, Guest.DATA, 100, cookie, 0));
            int used = guest.result();
            int at = Guest.DATA;
            while (at + 24 <= Guest.DATA + used) {
                int length = guest.memory().getInt(at + 16);
                if (at + 24 + length > Guest.DATA + used) {
                    break;
                }
                names.add(guest.text(at + 24, length));
                cookie = guest.memory().getLong(at);
                at += 24 + length;
            }
            if (used < 100) {
                break;
            }
        }
        assertEquals(44, names.size());
        assertEquals(List.of(".", ".."), names.subList(0, 2));
        assertTrue(names.containsAll(List.of("dir", "file", "entry-0", "entry-39")));
        assertEquals(Errno.INVAL, guest.call("fd_readdir", 3, Guest.DATA, 100, 99, 0));
        assertEquals(Errno.NOTDIR, guest.call("fd_readdir", 1, Guest.DATA, 100, 0, 0));
        assertThrows(Trap.class, () -> guest.call("fd_readdir", 3, 65_000, 1000, 0, 0));
    }

    @Test
    void directoriesAreNotFiles() {
        assertEquals("errno " + Errno.ISDIR, guest.read(3));
        assertEquals(Errno.ISDIR, guest.write(3, "x"));
        assertEquals(Errno.BADF, guest.call("fd_seek", 3, 0, 0, 0));
        assertEquals(Errno.BADF, guest.call("fd_allocate", 3, 0, 1));
        assertEquals(Errno.BADF, guest.call("fd_filestat_set_size", 3, 0));
        assertEquals(0, guest.call("fd_filestat_get", 3, 0));
        assertEquals(Filetype.DIRECTORY, guest.memory().getByte(16));
    }

    @Test
    void renumberReplaces() {
        int one = guest.open("file", 0, RW, 0);
        int two = guest.open("dir/inner", 0, RW, 0);
        assertEquals(Errno.BADF, guest.call("fd_renumber", one, 99));
        assertEquals(Errno.BADF, guest.call("fd_renumber", 99, one));
        assertEquals(0, guest.call("fd_renumber", one, one));
        assertEquals(0, guest.call("fd_renumber", two, one));
        assertEquals("inside", guest.read(one));
        assertEquals("errno " + Errno.BADF, guest.read(two));
    }

    @Test
    void readingAndWritingMakeNoGarbage() {
        int fd = guest.open("file", 0, RW, 0);
        var write = guest.newCall("fd_pwrite", fd, guest.iovec(Guest.DATA, 4000), 1, 0, 0);
        var read = guest.newCall("fd_pread", fd, Guest.VECTOR, 1, 0, 0);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 200; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 300; i++) {
                write.run();
                read.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        // Until it is compiled java.nio allocates a little for each transfer; afterwards nothing.
        assertTrue(least < 600, least + " bytes for 600 transfers of 4000 bytes");
    }
}
