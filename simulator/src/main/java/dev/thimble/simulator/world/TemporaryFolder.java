package dev.thimble.simulator.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for one run, deleted at its end. */
public final class TemporaryFolder implements AutoCloseable {
    private final Path path;

    public TemporaryFolder(String prefix) throws IOException {
        path = Files.createTempDirectory(prefix);
    }

    /** In a folder of the caller's choice. */
    public TemporaryFolder(Path parent, String prefix) throws IOException {
        path = Files.createTempDirectory(parent, prefix);
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(path)) {
            entries = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path entry : entries) {
            Files.delete(entry);
        }
    }
}
