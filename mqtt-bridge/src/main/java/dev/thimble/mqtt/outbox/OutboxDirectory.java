package dev.thimble.mqtt.outbox;

import dev.thimble.mqtt.OutboxOptions;
import dev.thimble.mqtt.OutboxOptions.WhenFull;
import dev.thimble.mqtt.TopicFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory with one {@code <lane>.outbox} file per lane, locked against a second process. A file that no longer
 * fits the configuration (a lane renamed, removed or resized) is set aside as {@code <lane>.<n>.left}; its messages
 * move into the present lanes by topic, and it is deleted when it is empty.
 */
final class OutboxDirectory implements AutoCloseable {

    private static final String LANE = ".outbox";
    private static final String LEFT = ".left";

    private final Path path;
    private final FileChannel lockFile;

    private OutboxDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    static OutboxDirectory open(Path path) {
        try {
            createPrivately(path);
            FileChannel lockFile = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (!lock(lockFile)) {
                lockFile.close();
                throw new IOException("another process or link uses it");
            }
            return new OutboxDirectory(path, lockFile);
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /** What devices say may be nobody else's business: only the owner may look into a directory made here. */
    private static void createPrivately(Path path) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(path);
        }
    }

    /** Closing the file releases the lock, as does the death of the process. */
    private static boolean lock(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    List<Lane> openLanes(List<OutboxOptions.Lane> wanted, int maxMessage) {
        List<Lane> lanes = new ArrayList<>();
        try {
            setAsideUnknown(wanted);
            for (OutboxOptions.Lane lane : wanted) {
                Path file = path.resolve(lane.name() + LANE);
                LaneFile.Shape shape = Outbox.shape(lane.bytes(), maxMessage);
                if (Files.exists(file) && !shape.equals(LaneFile.shape(file))) {
                    setAside(file);
                }
                if (!Files.exists(file)) {
                    LaneFile.create(file, shape);
                }
                lanes.add(new Lane(lane.name(), TopicFilter.parse(lane.filter()), lane.whenFull(),
                        LaneFile.map(file, shape), shape));
            }
            return lanes;
        } catch (IOException e) {
            lanes.forEach(Lane::close);
            throw failed(path, e);
        }
    }

    /** Moves the messages of files set aside into the outbox, as far as there is room. */
    void adopt(Outbox outbox, long nowMillis) {
        try {
            for (Path file : files(LEFT)) {
                LaneFile.Shape shape = LaneFile.shape(file);
                // A file whose first page is unreadable stays for a person to look at.
                if (shape != null && adopt(outbox, file, shape, nowMillis)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private static boolean adopt(Outbox outbox, Path file, LaneFile.Shape shape, long nowMillis) throws IOException {
        try (Lane left = new Lane("left", TopicFilter.parse("#"), WhenFull.REFUSE_NEWEST,
                LaneFile.map(file, shape), shape)) {
            while (left.seek(nowMillis)) {
                if (!outbox.adopt(left.take(nowMillis), nowMillis)) {
                    return false;
                }
            }
            return true;
        }
    }

    private void setAsideUnknown(List<OutboxOptions.Lane> wanted) throws IOException {
        for (Path file : files(LANE)) {
            String name = file.getFileName().toString();
            String lane = name.substring(0, name.length() - LANE.length());
            if (wanted.stream().noneMatch(known -> known.name().equals(lane))) {
                setAside(file);
            }
        }
    }

    private void setAside(Path file) throws IOException {
        String name = file.getFileName().toString().replace(LANE, "");
        int number = 0;
        while (Files.exists(path.resolve(name + "." + number + LEFT))) {
            number++;
        }
        Files.move(file, path.resolve(name + "." + number + LEFT), StandardCopyOption.ATOMIC_MOVE);
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(file -> file.getFileName().toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static UncheckedIOException failed(Path path, IOException e) {
        return new UncheckedIOException(new IOException("outbox directory " + path + ": " + e.getMessage(), e));
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw failed(path, e);
        }
    }
}
