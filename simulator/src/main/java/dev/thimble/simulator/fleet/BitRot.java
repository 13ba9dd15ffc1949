package dev.thimble.simulator.fleet;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Turns over one bit of a payload that is being loaded, behind the updater's back. */
final class BitRot implements AutoCloseable {
    private static final int PLACE = 5_000;

    private final Path blobs;
    private volatile boolean closed;
    private volatile boolean happened;

    BitRot(Path flash) {
        blobs = flash.resolve("modules/blobs");
        Thread.ofVirtual().start(this::watch);
    }

    boolean happened() {
        return happened;
    }

    private void watch() {
        try {
            while (!closed && !happened) {
                TimeUnit.MILLISECONDS.sleep(1);
                happened = spoil();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean spoil() {
        try (Stream<Path> files = Files.isDirectory(blobs) ? Files.list(blobs) : Stream.of()) {
            List<Path> parts = files.filter(f -> f.toString().endsWith(".part")).toList();
            for (Path part : parts) {
                if (Files.size(part) > 2 * PLACE && flip(part)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException renamed) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** False where nothing has been written yet: a payload's chunks come in any order. */
    private static boolean flip(Path part) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw")) {
            file.seek(PLACE);
            int old = file.read();
            if (old <= 0) {
                return false;
            }
            file.seek(PLACE);
            file.write(old ^ 1);
            return true;
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
