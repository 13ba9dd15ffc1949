package dev.thimble.agent.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.board.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKeyValueStoreTest {
    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("store.kv");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int put(FileKeyValueStore store, String key, String value) {
        return store.put(bytes("--" + key), 2, bytes(key).length, bytes("+" + value), 1, bytes(value).length);
    }

    private static String get(FileKeyValueStore store, String key) {
        byte[] into = new byte[64];
        int length = store.get(bytes(key), 0, bytes(key).length, into, 3, 61);
        return length < 0 ? Errno.name(length) : new String(into, 3, length, StandardCharsets.UTF_8);
    }

    @Test
    void valuesAreThereAgainAfterAnotherStart() throws IOException {
        try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
            assertEquals(Errno.OK, put(store, "a", "one"));
            assertEquals(Errno.OK, put(store, "b", ""));
            assertEquals(Errno.OK, put(store, "a", "two"));
            assertEquals(Errno.OK, put(store, "gone", "x"));
            assertEquals(Errno.OK, store.remove(bytes("gone"), 0, 4));
            assertEquals(Errno.NOT_FOUND, store.remove(bytes("gone"), 0, 4));
            assertEquals(1 + 3 + 1, store.usedBytes());
        }
        try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
            assertEquals("two", get(store, "a"));
            assertEquals("", get(store, "b"));
            assertEquals("NOT_FOUND", get(store, "gone"));
            assertEquals(5, store.usedBytes());
            assertEquals(3, store.size(bytes("a"), 0, 1));
            assertEquals(Errno.TOO_SMALL, store.get(bytes("a"), 0, 1, new byte[2], 0, 2));
        }
    }

    @Test
    void keysAreListedInOrderByPrefix() throws IOException {
        try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
            for (String key : new String[] {"b2", "a", "b1", "c", "b"}) {
                put(store, key, "v");
            }
            byte[] into = new byte[32];
            int length = store.list(bytes("b"), 0, 1, into, 0, 32);
            assertArrayEquals(new byte[] {1, 0, 'b', 2, 0, 'b', '1', 2, 0, 'b', '2'}, Arrays.copyOf(into, length));
            assertEquals(Errno.TOO_SMALL, store.list(bytes(""), 0, 0, into, 0, 5));
            assertEquals(0, store.list(bytes("x"), 0, 1, into, 0, 32));
        }
    }

    @Test
    void aChangeThatWasCutOffAnywhereIsDroppedAndTheOthersStay() throws IOException {
        try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
            put(store, "kept", "value");
        }
        int whole = (int) Files.size(file);
        try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
            put(store, "torn", "value");
        }
        byte[] both = Files.readAllBytes(file);
        for (int length = whole; length < both.length; length++) {
            Files.write(file, Arrays.copyOf(both, length));
            try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
                assertEquals("value", get(store, "kept"));
                assertEquals("NOT_FOUND", get(store, "torn"));
                put(store, "next", "works");
            }
            try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
                assertEquals("works", get(store, "next"), "after a cut at " + length);
            }
        }
    }

    @Test
    void aFlippedBitIsNotBelieved() throws IOException {
        try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
            put(store, "a", "value");
        }
        byte[] good = Files.readAllBytes(file);
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
            try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
                assertEquals("NOT_FOUND", get(store, "a"), "bit " + bit);
            }
        }
    }

    @Test
    void manyChangesLeaveASmallFileAndTheRightValues() throws IOException {
        Random random = new Random(1);
        TreeMap<String, String> model = new TreeMap<>();
        try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
            for (int i = 0; i < 3_000; i++) {
                String key = "k" + random.nextInt(40);
                if (random.nextInt(4) == 0) {
                    store.remove(bytes(key), 0, bytes(key).length);
                    model.remove(key);
                } else {
                    put(store, key, "v" + i);
                    model.put(key, "v" + i);
                }
            }
        }
        assertTrue(Files.size(file) < 40_000, Files.size(file) + " bytes for 40 keys");
        try (FileKeyValueStore store = FileKeyValueStore.open(file)) {
            model.forEach((key, value) -> assertEquals(value, get(store, key)));
            assertEquals(model.entrySet().stream().mapToLong(e -> e.getKey().length() + e.getValue().length()).sum(), store.usedBytes());
        }
    }
}
