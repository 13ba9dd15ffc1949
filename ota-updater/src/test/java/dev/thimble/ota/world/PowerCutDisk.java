package dev.thimble.ota.world;

import dev.thimble.ota.store.FileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A disk in memory that remembers what is durable and what a power cut may still lose.
 *
 * <p>The rules are the weakest that POSIX allows: a write is durable after a sync of its file, in any
 * order before; a name (made, renamed, deleted) is durable after a sync of its directory; of what is
 * not durable any subset may survive, and a write that survives may be torn.
 */
public final class PowerCutDisk implements FileSystem {
    /** One change; the unit at which the power can be cut, and the unit that can be lost. */
    public sealed interface Change {
    }

    record Write(Inode file, long at, byte[] bytes) implements Change {
    }

    record Truncate(Inode file, long size) implements Change {
    }

    record Name(String path, Inode file) implements Change {
    }

    record Rename(String from, String to) implements Change {
    }

    record Unname(String path) implements Change {
    }

    record SyncFile(Inode file) implements Change {
    }

    record SyncNames(String directory) implements Change {
    }

    static final class Inode {
        byte[] bytes = new byte[0];
    }

    private final Map<String, Inode> names = new TreeMap<>();
    /** What has been done since the disk was made from an image, in order. */
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, Inode> initial;
    private final Map<Inode, byte[]> initialBytes = new HashMap<>();
    private long capacity = Long.MAX_VALUE;
    private boolean broken;
    private Runnable beforeChange = () -> { };

    public PowerCutDisk(Map<String, byte[]> image) {
        image.forEach((path, bytes) -> {
            Inode file = new Inode();
            file.bytes = bytes;
            names.put(path, file);
            initialBytes.put(file, bytes);
        });
        initial = Map.copyOf(names);
    }

    Map<Inode, byte[]> initialBytes() {
        return initialBytes;
    }

    public List<Change> changes() {
        return changes;
    }

    /** The files of the starting image, with the identities that {@link #changes} refers to. */
    Map<String, Inode> initialNames() {
        return initial;
    }

    /** From now on the files together may not grow beyond this. */
    public void capacity(long bytes) {
        capacity = bytes;
    }

    /** From now on every change fails, as on a dying card. */
    public void broken(boolean now) {
        broken = now;
    }

    public Map<String, byte[]> contents() {
        Map<String, byte[]> contents = new TreeMap<>();
        names.forEach((path, file) -> contents.put(path, file.bytes));
        return contents;
    }

    private long used() {
        return names.values().stream().mapToLong(file -> file.bytes.length).sum();
    }

    private void change(Change change) throws IOException {
        if (broken) {
            throw new IOException("Input/output error");
        }
        beforeChange.run();
        changes.add(change);
    }

    /** Called before every change, so that a test can note what was promised by then. */
    public void beforeChange(Runnable observer) {
        beforeChange = observer;
    }

    @Override
    public void makeDirectory(String path) {
        // Directories are part of the device's image; that they exist is not what is tested here.
    }

    @Override
    public List<String> list(String directory) {
        String prefix = directory.isEmpty() ? "" : directory + "/";
        return names.keySet().stream().filter(p -> p.startsWith(prefix) && p.indexOf('/', prefix.length()) < 0)
                .map(p -> p.substring(prefix.length())).toList();
    }

    @Override
    public long size(String path) {
        Inode file = names.get(path);
        return file == null ? -1 : file.bytes.length;
    }

    @Override
    public byte[] read(String path) throws IOException {
        return existing(path).bytes.clone();
    }

    @Override
    public int read(String path, long at, byte[] into) throws IOException {
        byte[] bytes = existing(path).bytes;
        int length = (int) Math.max(0, Math.min(into.length, bytes.length - at));
        if (length > 0) {
            System.arraycopy(bytes, (int) at, into, 0, length);
        }
        return length;
    }

    @Override
    public void write(String path, long at, byte[] from) throws IOException {
        Inode file = names.get(path);
        if (used() + Math.max(0, at + from.length - (file == null ? 0 : file.bytes.length)) > capacity) {
            throw new IOException("No space left on device");
        }
        if (file == null) {
            file = new Inode();
            change(new Name(path, file));
            names.put(path, file);
        }
        change(new Write(file, at, from.clone()));
        file.bytes = written(file.bytes, at, from, from.length);
    }

    @Override
    public void truncate(String path, long size) throws IOException {
        Inode file = existing(path);
        if (file.bytes.length != size) {
            change(new Truncate(file, size));
            file.bytes = Arrays.copyOf(file.bytes, (int) size);
        }
    }

    @Override
    public void sync(String path) throws IOException {
        change(new SyncFile(existing(path)));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Inode file = existing(from);
        change(new Rename(from, to));
        names.remove(from);
        names.put(to, file);
    }

    @Override
    public void delete(String path) throws IOException {
        if (names.containsKey(path)) {
            change(new Unname(path));
            names.remove(path);
        }
    }

    @Override
    public void syncDirectory(String path) throws IOException {
        change(new SyncNames(path));
    }

    @Override
    public long free() {
        return capacity - used();
    }

    private Inode existing(String path) throws IOException {
        Inode file = names.get(path);
        if (file == null) {
            throw new FileNotFoundException(path);
        }
        return file;
    }

    static byte[] written(byte[] old, long at, byte[] from, int length) {
        byte[] bytes = Arrays.copyOf(old, Math.max(old.length, (int) at + length));
        System.arraycopy(from, 0, bytes, (int) at, length);
        return bytes;
    }

    static String directoryOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
