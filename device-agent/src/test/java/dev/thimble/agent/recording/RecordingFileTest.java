package dev.thimble.agent.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.grant.Grant;
import dev.thimble.ota.content.Digest;
import dev.thimble.wasm.api.RecordingException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file around a recording, and the request for one. */
class RecordingFileTest {
    private static final byte[] MODULE = {0, 'a', 's', 'm', 1, 0, 0, 0};

    @TempDir Path folder;

    private byte[] file() throws IOException {
        Path file = folder.resolve("whole");
        byte[] head = RecordingFile.head(new RecordingFile.Header("d", "weather", "1.0.0", Digest.ofContent(MODULE).toString(), 1, 1_000, Map.of("k", "v"),
            RecordingFile.json(Grant.NOTHING)), MODULE);
        try (OutputStream out = RecordingFile.create(file, head)) {
            out.write(new byte[] {7, 8, 9});
        }
        return Files.readAllBytes(file);
    }

    private RecordingFile open(byte[] bytes) throws IOException {
        return RecordingFile.open(Files.write(folder.resolve("read"), bytes));
    }

    @Test
    void itHoldsEverythingThatAReplayNeeds() throws IOException {
        RecordingFile read = open(file());
        assertEquals("weather", read.header().module());
        assertEquals(Map.of("k", "v"), read.header().settings());
        assertEquals(16, read.header().grant().getAsJsonObject().getAsJsonObject("quotas").get("memoryPages").getAsInt());
        assertArrayEquals(MODULE, read.wasm());
        assertArrayEquals(new byte[] {7, 8, 9}, read.recording().readAllBytes());
        read.recording().close();
    }

    @Test
    void everyFlippedByteAndEveryCutOfTheHeadIsRefusedInWords() throws IOException {
        byte[] whole = file();
        for (int i = 0; i < whole.length - 3; i++) {
            byte[] cut = Arrays.copyOf(whole, i);
            assertTrue(assertThrows(RecordingException.class, () -> open(cut)).getMessage().contains("breaks off"));
            byte[] flipped = whole.clone();
            flipped[i] ^= 0x40;
            String said = assertThrows(RecordingException.class, () -> open(flipped), "byte " + i).getMessage();
            assertTrue(said.matches(".*(not a recording|has format|damaged|breaks off).*"), said);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{", "{}", "{\"module\":\"\"}", "{\"module\":\"m\",\"millis\":-1}", "{\"module\":\"m\",\"millis\":99999999999}",
        "{\"module\":\"m\",\"events\":-1}", "{\"module\":\"m\",\"bytes\":\"x\"}", "{\"module\":{}}"})
    void aWishThatIsNoneIsRefused(String json) {
        assertThrows(IllegalArgumentException.class, () -> Wish.parse(json));
    }

    @Test
    void whatIsNotSaidHasALimitAllTheSame() {
        Wish wish = Wish.parse("{\"module\":\"weather\"}");
        assertEquals(600_000, wish.millis());
        assertEquals(Long.MAX_VALUE, wish.events());
    }
}
