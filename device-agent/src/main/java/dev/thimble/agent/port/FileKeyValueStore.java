package dev.thimble.agent.port;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.host.CellPorts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.tinylog.Logger;

/**
 * One module's keys and values: all in memory, and each change appended to a log file and forced to the disk before
 * the call returns. A record cut off by a power failure is recognised by its CRC-32C and dropped with what follows it.
 * The log is rewritten when most of it is stale. Reading allocates nothing. Used on the cells' thread only.
 *
 * <p>Record: i32 CRC of the rest, u16 key length, i32 value length (−1: removed), key, value; all big-endian.
 */
public final class FileKeyValueStore implements CellPorts.KeyValueStore, AutoCloseable {
    private static final int HEADER = 4 + 2 + 4;
    private static final int REMOVED = -1;
    /** A log smaller than this is never worth rewriting. */
    private static final long MIN_REWRITE = 16 << 10;

    private final Path file;
    private byte[][] keys = new byte[16][];
    private byte[][] values = new byte[16][];
    private int count;
    private long used;
    private long written;
    private FileChannel log;

    private FileKeyValueStore(Path file) {
        this.file = file;
    }

    /** Opens or creates the store in a file. */
    public static FileKeyValueStore open(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileKeyValueStore store = new FileKeyValueStore(file);
        store.load();
        return store;
    }

    @Override
    public int get(byte[] key, int keyOffset, int keyLength, byte[] into, int offset, int capacity) {
        int at = find(key, keyOffset, keyLength);
        if (at < 0) {
            return Errno.NOT_FOUND;
        }
        byte[] value = values[at];
        if (value.length > capacity) {
            return Errno.TOO_SMALL;
        }
        System.arraycopy(value, 0, into, offset, value.length);
        return value.length;
    }

    @Override
    public int size(byte[] key, int keyOffset, int keyLength) {
        int at = find(key, keyOffset, keyLength);
        return at < 0 ? Errno.NOT_FOUND : values[at].length;
    }

    @Override
    public int put(byte[] key, int keyOffset, int keyLength, byte[] value, int offset, int length) {
        byte[] newKey = Arrays.copyOfRange(key, keyOffset, keyOffset + keyLength);
        byte[] newValue = Arrays.copyOfRange(value, offset, offset + length);
        return change(newKey, newValue);
    }

    @Override
    public int remove(byte[] key, int keyOffset, int keyLength) {
        int at = find(key, keyOffset, keyLength);
        return at < 0 ? Errno.NOT_FOUND : change(keys[at], null);
    }

    @Override
    public int list(byte[] prefix, int prefixOffset, int prefixLength, byte[] into, int offset, int capacity) {
        int at = find(prefix, prefixOffset, prefixLength);
        int end = offset;
        for (int i = at < 0 ? -at - 1 : at; i < count && startsWith(keys[i], prefix, prefixOffset, prefixLength); i++) {
            int length = keys[i].length;
            if (end - offset + 2 + length > capacity) {
                return Errno.TOO_SMALL;
            }
            into[end] = (byte) length;
            into[end + 1] = (byte) (length >>> 8);
            System.arraycopy(keys[i], 0, into, end + 2, length);
            end += 2 + length;
        }
        return end - offset;
    }

    @Override
    public long usedBytes() {
        return used;
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    private int change(byte[] key, byte[] value) {
        try {
            append(log, key, value);
            log.force(false);
            apply(key, value);
            if (written > MIN_REWRITE && written > 4 * (used + (long) count * HEADER)) {
                rewrite();
            }
            return Errno.OK;
        } catch (IOException e) {
            Logger.error("{}: cannot be written: {}", file, e.getMessage());
            return Errno.IO;
        }
    }

    private void apply(byte[] key, byte[] value) {
        int at = find(key, 0, key.length);
        if (at >= 0) {
            used -= keys[at].length + values[at].length;
            if (value == null) {
                count--;
                System.arraycopy(keys, at + 1, keys, at, count - at);
                System.arraycopy(values, at + 1, values, at, count - at);
                keys[count] = null;
                values[count] = null;
            } else {
                values[at] = value;
                used += key.length + value.length;
            }
        } else if (value != null) {
            insert(-at - 1, key, value);
        }
    }

    private void insert(int at, byte[] key, byte[] value) {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        System.arraycopy(keys, at, keys, at + 1, count - at);
        System.arraycopy(values, at, values, at + 1, count - at);
        keys[at] = key;
        values[at] = value;
        count++;
        used += key.length + value.length;
    }

    /** Index of the key, or −1 − (where it would be). */
    private int find(byte[] key, int offset, int length) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Arrays.compareUnsigned(keys[middle], 0, keys[middle].length, key, offset, offset + length);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    private static boolean startsWith(byte[] key, byte[] prefix, int offset, int length) {
        return key.length >= length && Arrays.equals(key, 0, length, prefix, offset, offset + length);
    }

    private void load() throws IOException {
        log = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
        int good = 0;
        while (all.remaining() >= HEADER && isWhole(all)) {
            all.position(good + 4);
            byte[] key = new byte[Short.toUnsignedInt(all.getShort())];
            int length = all.getInt();
            byte[] value = length == REMOVED ? null : new byte[length];
            all.get(key);
            if (value != null) {
                all.get(value);
            }
            apply(key, value);
            good = all.position();
        }
        if (good < all.limit()) {
            Logger.warn("{}: dropped {} bytes of a change that was not finished", file, all.limit() - good);
            log.truncate(good);
        }
        written = good;
        log.position(good);
    }

    /** Whether a record with a right CRC starts at the position, which it leaves alone. */
    private static boolean isWhole(ByteBuffer all) {
        int start = all.position();
        int keyLength = Short.toUnsignedInt(all.getShort(start + 4));
        int valueLength = all.getInt(start + 6);
        long end = (long) start + HEADER + keyLength + Math.max(0, valueLength);
        if (valueLength < REMOVED || end > all.limit()) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(all.slice(start + 4, (int) end - start - 4));
        return (int) crc.getValue() == all.getInt(start);
    }

    private void append(FileChannel to, byte[] key, byte[] value) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(HEADER + key.length + (value == null ? 0 : value.length));
        entry.position(4);
        entry.putShort((short) key.length).putInt(value == null ? REMOVED : value.length).put(key);
        if (value != null) {
            entry.put(value);
        }
        CRC32C crc = new CRC32C();
        crc.update(entry.array(), 4, entry.capacity() - 4);
        entry.putInt(0, (int) crc.getValue()).rewind();
        long before = to.position();
        try {
            while (entry.hasRemaining()) {
                to.write(entry);
            }
        } catch (IOException e) {
            // Half a record in the middle of the log would hide every later one.
            to.truncate(before);
            throw e;
        }
        written += entry.capacity();
    }

    private void rewrite() throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        long before = written;
        FileChannel next = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            written = 0;
            for (int i = 0; i < count; i++) {
                append(next, keys[i], values[i]);
            }
            next.force(true);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            written = before;
            next.close();
            throw e;
        }
        log.close();
        log = next;
    }
}
