package dev.thimble.ota.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Chunk;
import dev.thimble.ota.document.Payload;
import dev.thimble.ota.step.Release;
import dev.thimble.ota.step.Table;
import dev.thimble.ota.world.Modules;
import dev.thimble.ota.world.PowerCutDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StoreTest {
    private static final long QUOTA = 1 << 20;

    @Test
    void superblockIsOneSectorAndEveryBitCounts() {
        Superblock block = new Superblock(77, true, new byte[] {1, 2, 3});
        byte[] sector = block.encode();
        assertEquals(512, sector.length);
        assertEquals(77, Superblock.decode(sector).counter());
        assertArrayEquals(new byte[] {1, 2, 3}, Superblock.decode(sector).content());
        for (int bit = 0; bit < 512 * 8; bit++) {
            byte[] bad = sector.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertNull(Superblock.decode(bad), "bit " + bit);
        }
        assertNull(Superblock.decode(new byte[512]));
        assertNull(Superblock.decode(Arrays.copyOf(sector, 511)));
    }

    @Test
    void tablesOfAnySizeSurvive() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(Map.of());
        Store store = Store.open(disk, QUOTA);
        for (int modules = 0; modules <= 12; modules++) {
            Table table = table(modules);
            store.commit(table);
            assertEquals(table, Store.open(disk, QUOTA).table());
        }
    }

    @Test
    void olderSuperblockTakesOverFromADamagedOne() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(Map.of());
        Store store = Store.open(disk, QUOTA);
        store.commit(table(1));
        store.commit(table(2));
        disk.write("superblock.a", 100, new byte[] {99});
        assertEquals(table(1), Store.open(disk, QUOTA).table());
        disk.write("superblock.b", 100, new byte[] {99});
        assertTrue(assertThrows(IOException.class, () -> Store.open(disk, QUOTA)).getMessage().contains("both superblocks are damaged"));
    }

    @Test
    void tableCanBeCommittedOnAFullDisk() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(Map.of());
        Store store = Store.open(disk, QUOTA);
        store.commit(table(10));
        disk.capacity(disk.contents().values().stream().mapToLong(b -> b.length).sum() + 100);
        assertThrows(IOException.class, () -> store.putBlob(new byte[500]));
        Table next = table(11);
        store.commit(next);
        assertEquals(next, Store.open(disk, QUOTA).table());
    }

    @Test
    void garbageIsWhatNobodyNames() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(Map.of());
        Store store = Store.open(disk, QUOTA);
        Digest old = store.putBlob(new byte[] {1});
        Digest now = store.putBlob(new byte[] {2});
        Digest needed = store.putBlob(new byte[] {3});
        Digest garbage = store.putBlob(new byte[] {4});
        disk.write("blobs/readme", 0, new byte[1]);
        store.commit(withSnapshot(old));
        store.commit(withSnapshot(now));
        store.collectGarbage(Set.of(needed));
        assertTrue(store.hasBlob(old), "the older superblock still names it");
        assertTrue(store.hasBlob(now) && store.hasBlob(needed));
        assertFalse(store.hasBlob(garbage));
        assertEquals(-1, disk.size("blobs/readme"));
        store.commit(Table.EMPTY);
        store.collectGarbage(Set.of());
        assertFalse(store.hasBlob(old));
    }

    @Test
    void damagedBlobIsNoticedAndReplaced() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(Map.of());
        Store store = Store.open(disk, QUOTA);
        byte[] content = new byte[100];
        Digest digest = store.putBlob(content);
        disk.write("blobs/" + digest, 50, new byte[] {1});
        assertThrows(DamagedBlobException.class, () -> store.blob(digest));
        store.putBlob(content);
        assertEquals(Digest.ofContent(content), digest);
        assertTrue(store.hasBlob(digest));
    }

    @Test
    void whatTheFlashDoesNotKeepIsLoadedAgainAndNoFaultOfThePayload() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(Map.of());
        Store store = Store.open(disk, QUOTA);
        SignedModule release = Modules.release("weather", 2, 900);
        Payload payload = release.manifest().payloads().getFirst();
        List<byte[]> chunks = release.messages().get(payload.digest());
        Part part = Part.open(store, payload);
        for (int n = 0; n < chunks.size(); n++) {
            assertTrue(part.put(n, Chunk.decode(chunks.get(n))));
        }
        byte[] old = new byte[1];
        disk.read("blobs/" + payload.digest() + ".part", 300, old);
        disk.write("blobs/" + payload.digest() + ".part", 300, new byte[] {(byte) (old[0] ^ 1)});
        IOException refused = assertThrows(IOException.class, () -> part.assemble(release.manifest()));
        assertEquals("1 chunks are not what was written; the flash has not kept them", refused.getMessage());
        Part again = Part.open(store, payload);
        assertFalse(again.have().contains(1));
        assertTrue(again.put(1, Chunk.decode(chunks.get(1))));
        assertDoesNotThrow(() -> again.assemble(release.manifest()));
        assertTrue(store.hasBlob(release.manifest().blob()));
    }

    @Test
    void auditLogIsAChain() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(Map.of());
        AuditLog log = AuditLog.open(disk, 2000);
        for (int i = 1; i <= 100; i++) {
            assertEquals(i, log.append(1000 + i, "m", "event " + i).number());
        }
        var records = AuditLog.open(disk, 2000).records();
        assertEquals(100, records.getLast().number());
        assertTrue(records.size() < 100, "the oldest have gone, or the log would fill the flash");
        for (int i = 1; i < records.size(); i++) {
            assertEquals(records.get(i - 1).digest(), records.get(i).before());
        }
        int sizeOfLast = records.getLast().encode().length;
        disk.write("audit.log", disk.size("audit.log") - sizeOfLast - 10, new byte[] {9});
        assertTrue(AuditLog.open(disk, 2000).count() < 100, "a changed record ends what can be believed");
    }

    private static Table withSnapshot(Digest digest) {
        return new Table(1, null, 0, false, new TreeMap<>(Map.of("m", new Table.Entry(null, null, null, 0, 0, digest, new TreeMap<>()))));
    }

    private static Table table(int modules) {
        TreeMap<String, Table.Entry> entries = new TreeMap<>();
        for (int i = 0; i < modules; i++) {
            Release release = new Release(Digest.ofContent(new byte[] {(byte) i}), i + 1, Digest.ofContent(new byte[] {5, (byte) i}));
            entries.put("module-" + i, new Table.Entry(release, i % 2 == 0 ? release : null, i % 3 == 0 ? release : null, i, 5,
                    null, new TreeMap<>(Map.of(release.blob(), 3L))));
        }
        return new Table(modules, null, 12, modules % 2 == 0, entries);
    }
}
