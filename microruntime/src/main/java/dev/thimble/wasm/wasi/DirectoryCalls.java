package dev.thimble.wasm.wasi;

import dev.thimble.wasm.Imports;
import dev.thimble.wasm.api.HostCall;
import dev.thimble.wasm.api.Memory;
import dev.thimble.wasm.wasi.DirectoryDescriptor.DirectoryEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;

/** {@code fd_readdir} and the calls by which a guest finds its preopened directories. */
final class DirectoryCalls {
    /** More would let a guest fill the host's heap with names. */
    private static final int MAX_ENTRIES = 1 << 16;
    private static final int DIRENT_BYTES = 24;
    private static final int PREOPENTYPE_DIR = 0;

    private final DescriptorTable descriptors;

    DirectoryCalls(DescriptorTable descriptors) {
        this.descriptors = descriptors;
    }

    void addTo(Imports.Builder imports) {
        Calls.add(imports, "fd_prestat_get", "ii", this::prestatGet);
        Calls.add(imports, "fd_prestat_dir_name", "iii", this::prestatDirName);
        Calls.add(imports, "fd_readdir", "iiiIi", this::readdir);
    }

    private byte[] preopenName(int fd) {
        if (descriptors.get(fd) instanceof DirectoryDescriptor directory && directory.preopenName != null) {
            return directory.preopenName;
        }
        throw new Errno.Failure(Errno.BADF);
    }

    private int prestatGet(HostCall call) {
        byte[] name = preopenName(call.i32(0));
        call.memory().putLong(call.i32(1), PREOPENTYPE_DIR | (long) name.length << 32);
        return Errno.SUCCESS;
    }

    private int prestatDirName(HostCall call) {
        byte[] name = preopenName(call.i32(0));
        int length = call.i32(2);
        Calls.span(call.memory(), call.i32(1), length);
        if (Integer.compareUnsigned(length, name.length) < 0) {
            return Errno.NAMETOOLONG;
        }
        call.memory().write(call.i32(1), name, 0, name.length);
        return Errno.SUCCESS;
    }

    /** A cookie is the number of the entry that follows; the names are those at the time of the last cookie 0. */
    private int readdir(HostCall call) throws IOException {
        DirectoryDescriptor directory = descriptors.get(call.i32(0)).directory();
        directory.require(Rights.FD_READDIR);
        Memory memory = call.memory();
        int at = call.i32(1);
        int length = call.i32(2);
        long cookie = call.i64(3);
        Calls.span(memory, at, length);
        Calls.span(memory, call.i32(4), 4);
        if (cookie == 0 || directory.entries == null) {
            directory.entries = list(directory);
        }
        if (cookie < 0 || cookie > directory.entries.size()) {
            return Errno.INVAL;
        }
        int used = 0;
        byte[] head = new byte[DIRENT_BYTES];
        for (int i = (int) cookie; i < directory.entries.size() && used != length; i++) {
            DirectoryEntry entry = directory.entries.get(i);
            used += dirent(memory, at + used, length - used, entry, i + 1, head);
        }
        memory.putInt(call.i32(4), used);
        return Errno.SUCCESS;
    }

    /** As much of an entry as there is room for; a full buffer tells the guest to ask again. */
    private static int dirent(Memory memory, int at, int room, DirectoryEntry entry, long next, byte[] head) {
        long lengthAndType = entry.name().length | (long) entry.filetype() << 32;
        for (int i = 0; i < 8; i++) {
            head[i] = (byte) (next >>> 8 * i);
            head[8 + i] = (byte) (entry.inode() >>> 8 * i);
            head[16 + i] = (byte) (lengthAndType >>> 8 * i);
        }
        int headLength = Integer.compareUnsigned(room, DIRENT_BYTES) < 0 ? room : DIRENT_BYTES;
        memory.write(at, head, 0, headLength);
        int left = room - headLength;
        int nameLength = Integer.compareUnsigned(left, entry.name().length) < 0 ? left : entry.name().length;
        memory.write(at + headLength, entry.name(), 0, nameLength);
        return headLength + nameLength;
    }

    private static List<DirectoryEntry> list(DirectoryDescriptor directory) throws IOException {
        var entries = new ArrayList<DirectoryEntry>();
        long self = directory.stat().inode();
        entries.add(new DirectoryEntry(new byte[] {'.'}, self, Filetype.DIRECTORY));
        // What is above the directory is nobody's business.
        entries.add(new DirectoryEntry(new byte[] {'.', '.'}, self, Filetype.DIRECTORY));
        try (DirectoryStream<Path> stream = DirectoryDescriptor.open(directory.stream, DirectoryDescriptor.SELF)) {
            for (Path found : stream) {
                if (entries.size() == MAX_ENTRIES) {
                    throw new Errno.Failure(Errno.OVERFLOW);
                }
                add(entries, directory, found.getFileName());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    private static void add(List<DirectoryEntry> entries, DirectoryDescriptor directory, Path name) throws IOException {
        try {
            Filestat stat = Filestat.of(directory.stream.getFileAttributeView(name, BasicFileAttributeView.class,
                    LinkOption.NOFOLLOW_LINKS).readAttributes(), 1);
            entries.add(new DirectoryEntry(name.toString().getBytes(StandardCharsets.UTF_8), stat.inode(), stat.filetype()));
        } catch (NoSuchFileException e) {
            // Removed between the listing and the look at it: then it is not there.
        }
    }
}
