package dev.thimble.ota.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Real files below one directory. */
public final class DiskFileSystem implements FileSystem {
    private final Path root;

    public DiskFileSystem(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root);
    }

    @Override
    public void makeDirectory(String path) throws IOException {
        Files.createDirectories(root.resolve(path));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(root.resolve(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public long size(String path) throws IOException {
        try {
            return Files.size(root.resolve(path));
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    @Override
    public byte[] read(String path) throws IOException {
        return Files.readAllBytes(root.resolve(path));
    }

    @Override
    public int read(String path, long at, byte[] into) throws IOException {
        try (FileChannel file = FileChannel.open(root.resolve(path), StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.wrap(into);
            while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) >= 0) {
                continue;
            }
            return buffer.position();
        }
    }

    @Override
    public void write(String path, long at, byte[] from) throws IOException {
        try (FileChannel file = FileChannel.open(root.resolve(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(from);
            while (buffer.hasRemaining()) {
                file.write(buffer, at + buffer.position());
            }
        }
    }

    @Override
    public void truncate(String path, long size) throws IOException {
        try (FileChannel file = FileChannel.open(root.resolve(path), StandardOpenOption.WRITE)) {
            file.truncate(size);
        }
    }

    @Override
    public void sync(String path) throws IOException {
        try (FileChannel file = FileChannel.open(root.resolve(path), StandardOpenOption.WRITE)) {
            file.force(true);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String path) throws IOException {
        Files.deleteIfExists(root.resolve(path));
    }

    /** Linux lets a directory be opened for reading and synced. */
    @Override
    public void syncDirectory(String path) throws IOException {
        try (FileChannel directory = FileChannel.open(root.resolve(path), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public long free() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }
}
