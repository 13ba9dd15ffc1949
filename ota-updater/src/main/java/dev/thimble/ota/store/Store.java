package dev.thimble.ota.store;

import dev.thimble.ota.cbor.MalformedDocumentException;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.step.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the updater keeps on flash: blobs by content, the table in two superblocks, and keys.
 *
 * <p>The crash argument: a blob's name appears only after its content is durable; the only commit
 * point is one superblock, written over the older of the two; blobs that either of them names are
 * never collected; opening is a pure and idempotent function of the disk. Not thread-safe.
 */
public final class Store {
    private static final String BLOBS = "blobs";
    private static final String KEYS = "keys";
    private static final String RESERVE = "reserve";
    private static final String ASIDE = ".new";
    private static final String[] SUPERBLOCKS = {"superblock.a", "superblock.b"};
    /** Room for one table that does not fit into a superblock, kept for the day when the disk is full. */
    private static final int RESERVE_SIZE = 32 << 10;

    private final FileSystem files;
    private final long quota;
    /** Which superblock is the truth, and which digests the two name. */
    private int current;
    private long counter;
    private final Set<Digest> namedBy0 = new HashSet<>();
    private final Set<Digest> namedBy1 = new HashSet<>();
    private Table table;

    private Store(FileSystem files, long quota) {
        this.files = files;
        this.quota = quota;
    }

    /**
     * Opens the store, making it if the directory is empty.
     *
     * @param quota bytes that blobs and parts may take together
     * @throws IOException if the disk fails, or if both superblocks exist and neither is valid
     */
    public static Store open(FileSystem files, long quota) throws IOException {
        Store store = new Store(files, quota);
        files.makeDirectory(BLOBS);
        files.makeDirectory(KEYS);
        store.recover();
        return store;
    }

    private void recover() throws IOException {
        Table[] tables = new Table[2];
        long[] counters = {-1, -1};
        boolean written = false;
        for (int i = 0; i < 2; i++) {
            if (files.size(SUPERBLOCKS[i]) != Superblock.SIZE) {
                continue;
            }
            byte[] sector = files.read(SUPERBLOCKS[i]);
            Superblock block = Superblock.decode(sector);
            written |= !isBlank(sector);
            if (block != null) {
                tables[i] = tableOf(block);
                counters[i] = tables[i] == null ? -1 : block.counter();
            }
        }
        current = counters[1] > counters[0] ? 1 : 0;
        counter = Math.max(0, counters[current]);
        table = tables[current];
        if (table == null) {
            if (written && isProvisioned()) {
                throw new IOException("both superblocks are damaged; this flash has failed in a way that a power cut cannot explain");
            }
            table = Table.EMPTY;
        }
        for (int i = 0; i < 2; i++) {
            if (files.size(SUPERBLOCKS[i]) != Superblock.SIZE) {
                files.write(SUPERBLOCKS[i], 0, new byte[Superblock.SIZE]);
                files.truncate(SUPERBLOCKS[i], Superblock.SIZE);
                files.sync(SUPERBLOCKS[i]);
            }
            names(i, tables[i]);
        }
        files.syncDirectory("");
        for (String name : files.list(BLOBS)) {
            if (name.endsWith(ASIDE)) {
                discard(BLOBS + "/" + name);
            }
        }
        refillReserve();
    }

    /** A first commit that was torn leaves one damaged and one blank superblock, and that is a fresh device. */
    private boolean isProvisioned() throws IOException {
        return !isBlank(files.read(SUPERBLOCKS[0])) && !isBlank(files.read(SUPERBLOCKS[1]));
    }

    private static boolean isBlank(byte[] sector) {
        for (byte b : sector) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private Table tableOf(Superblock block) throws IOException {
        try {
            return TableCodec.decode(block.inline() ? block.content() : blob(Digest.of(block.content())));
        } catch (MalformedDocumentException | DamagedBlobException e) {
            return null;
        }
    }

    private void names(int superblock, Table of) {
        Set<Digest> named = superblock == 0 ? namedBy0 : namedBy1;
        named.clear();
        if (of != null) {
            named.addAll(of.references());
            byte[] encoded = TableCodec.encode(of);
            if (encoded.length > Superblock.CAPACITY) {
                named.add(Digest.ofContent(encoded));
            }
        }
    }

    /** The last committed table. */
    public Table table() {
        return table;
    }

    /** Makes a table the truth, durably. When this throws, the old table is still the truth here. */
    public void commit(Table next) throws IOException {
        byte[] encoded = TableCodec.encode(next);
        boolean inline = encoded.length <= Superblock.CAPACITY;
        if (!inline) {
            putIndex(encoded);
        }
        byte[] content = inline ? encoded : Digest.ofContent(encoded).bytes();
        int other = 1 - current;
        Set<Digest> named = other == 0 ? namedBy0 : namedBy1;
        // From the first byte on this superblock may be the old one, the new one or neither: keep what either names.
        Set<Digest> before = Set.copyOf(named);
        names(other, next);
        named.addAll(before);
        files.write(SUPERBLOCKS[other], 0, new Superblock(counter + 1, inline, content).encode());
        files.sync(SUPERBLOCKS[other]);
        counter++;
        current = other;
        table = next;
        names(other, next);
    }

    /** The table must be writable on a full disk, or a rollback could not be recorded. */
    private void putIndex(byte[] encoded) throws IOException {
        try {
            putBlob(encoded);
        } catch (IOException e) {
            files.delete(RESERVE);
            putBlob(encoded);
        }
    }

    private void refillReserve() {
        try {
            if (files.size(RESERVE) != RESERVE_SIZE) {
                files.write(RESERVE, 0, new byte[RESERVE_SIZE]);
                files.sync(RESERVE);
            }
        } catch (IOException full) {
            // The reserve is for later; that there is no room for it now must not stop a device from starting.
            return;
        }
    }

    public boolean hasBlob(Digest digest) throws IOException {
        return files.size(path(digest)) >= 0;
    }

    /** Reads content and checks it, every time: flash forgets. */
    public byte[] blob(Digest digest) throws IOException, DamagedBlobException {
        if (files.size(path(digest)) < 0) {
            throw new DamagedBlobException(digest, "is missing");
        }
        byte[] content = files.read(path(digest));
        if (!Digest.ofContent(content).equals(digest)) {
            throw new DamagedBlobException(digest, "is damaged");
        }
        return content;
    }

    /** Stores content under its digest: written aside, synced, renamed, and the name synced. */
    public Digest putBlob(byte[] content) throws IOException {
        Digest digest = Digest.ofContent(content);
        if (files.size(path(digest)) == content.length && Digest.ofContent(files.read(path(digest))).equals(digest)) {
            return digest;
        }
        try {
            replace(path(digest), content);
        } catch (IOException e) {
            discard(path(digest) + ASIDE);
            throw e;
        }
        files.syncDirectory(BLOBS);
        return digest;
    }

    /**
     * A leftover file is written over, not deleted and made anew: a power cut could keep the rename and
     * lose the deletion and the making, and then the leftover would get the good name.
     */
    private void replace(String path, byte[] content) throws IOException {
        String aside = path + ASIDE;
        files.write(aside, 0, content);
        files.truncate(aside, content.length);
        files.sync(aside);
        files.rename(aside, path);
    }

    private void discard(String aside) throws IOException {
        files.delete(aside);
        files.syncDirectory(BLOBS);
    }

    /** Names a finished part file by its content, which the caller has checked. */
    void adopt(String part, Digest digest) throws IOException {
        files.sync(part);
        files.rename(part, path(digest));
        files.syncDirectory(BLOBS);
    }

    FileSystem files() {
        return files;
    }

    static String path(Digest digest) {
        return BLOBS + "/" + digest;
    }

    /** Deletes what neither superblock names and the caller does not need; parts of other payloads as well. */
    public void collectGarbage(Set<Digest> alsoNeeded) throws IOException {
        for (String name : files.list(BLOBS)) {
            String stem = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            Digest digest = stem.length() == 2 * Digest.LENGTH ? Digest.parse(stem) : null;
            if (digest == null || !alsoNeeded.contains(digest) && !namedBy0.contains(digest) && !namedBy1.contains(digest)) {
                files.delete(BLOBS + "/" + name);
            }
        }
        refillReserve();
    }

    /** Bytes that may still be taken, under the quota and on the disk. */
    public long room() throws IOException {
        long used = 0;
        for (String name : files.list(BLOBS)) {
            used += files.size(BLOBS + "/" + name);
        }
        return Math.max(0, Math.min(quota - used, files.free()));
    }

    /** The versions of signed key sets that are stored, ascending. */
    public List<byte[]> keySets() throws IOException {
        List<byte[]> sets = new ArrayList<>();
        for (int n = 1; files.size(keyPath(n)) >= 0; n++) {
            sets.add(files.read(keyPath(n)));
        }
        return sets;
    }

    /** Appends a key set to the chain; it has been verified. */
    public void addKeySet(int position, byte[] envelope) throws IOException {
        replace(keyPath(position), envelope);
        files.syncDirectory(KEYS);
    }

    private static String keyPath(int n) {
        return KEYS + "/root." + n;
    }

    @Override
    public String toString() {
        return "store at commit " + counter + " in " + SUPERBLOCKS[current] + ", referring to " + Arrays.toString(table.references().toArray());
    }
}
