package dev.thimble.agent.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A file that is saved again and again. It is looked at ten times a second, which works on every file system and with
 * editors that write aside and rename; a save counts once the file has not changed for {@value #SETTLED_MILLIS} ms.
 */
final class WatchedFile {
    private static final long LOOK_MILLIS = 50;
    private static final long SETTLED_MILLIS = 150;

    private record Stamp(FileTime modified, long size, Object key) {}

    private final Path file;
    /** What {@link #next} gave last, and how the file looked then. */
    private byte[] taken;
    private Stamp takenAt;

    WatchedFile(Path file) {
        this.file = file;
    }

    /** Waits for content that differs from the last; the first call takes what is there. */
    byte[] next() throws InterruptedException {
        while (true) {
            Stamp now = settled();
            if (now.equals(takenAt)) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                continue;
            }
            byte[] content = read();
            if (content == null) {
                continue;
            }
            takenAt = now;
            if (!Arrays.equals(content, taken)) {
                taken = content;
                return content;
            }
        }
    }

    /** Whether the file was touched since the last {@link #next}. */
    boolean isTouched() {
        Stamp now = stamp();
        return now != null && !now.equals(takenAt);
    }

    private Stamp settled() throws InterruptedException {
        Stamp seen = stamp();
        long since = System.nanoTime();
        while (seen == null || !seen.equals(takenAt) && System.nanoTime() - since < SETTLED_MILLIS * 1_000_000) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            Stamp now = stamp();
            if (now == null || !now.equals(seen)) {
                seen = now;
                since = System.nanoTime();
            }
        }
        return seen;
    }

    /** Null while the file is not there, as in the middle of a rename. */
    private Stamp stamp() {
        try {
            BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
            return a.size() == 0 ? null : new Stamp(a.lastModifiedTime(), a.size(), a.fileKey());
        } catch (IOException absent) {
            return null;
        }
    }

    private byte[] read() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException vanished) {
            return null;
        }
    }
}
