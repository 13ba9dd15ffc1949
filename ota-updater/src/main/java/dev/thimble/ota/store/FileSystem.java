package dev.thimble.ota.store;

import java.io.IOException;
import java.util.List;

/**
 * The few file operations that the store needs, so that a test can cut the power between any two of
 * them. Paths are relative, with {@code /}. Nothing is durable before {@link #sync} of the file and,
 * for names, {@link #syncDirectory}. Not thread-safe.
 */
public interface FileSystem {
    void makeDirectory(String path) throws IOException;

    /** Names in a directory, sorted; empty if there is none. */
    List<String> list(String directory) throws IOException;

    /** Bytes of a file, −1 if there is none. */
    long size(String path) throws IOException;

    /** A whole file. */
    byte[] read(String path) throws IOException;

    /** Fills the buffer as far as the file goes from {@code at}. @return bytes read */
    int read(String path, long at, byte[] into) throws IOException;

    /** Writes into a file, which is made or extended as needed. */
    void write(String path, long at, byte[] from) throws IOException;

    void truncate(String path, long size) throws IOException;

    void sync(String path) throws IOException;

    /** Replaces {@code to} atomically. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file if it is there. */
    void delete(String path) throws IOException;

    void syncDirectory(String path) throws IOException;

    /** Bytes that can still be written. */
    long free() throws IOException;
}
