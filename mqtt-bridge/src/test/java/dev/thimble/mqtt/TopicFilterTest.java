package dev.thimble.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    /** The examples of MQTT 5.0, section 4.7. */
    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/#, sport, true",
        "sport/#, sports, false",
        "#, anything/at/all, true",
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+, /finance, false",
        "#, $SYS/x, false",
        "+/monitor/Clients, $SYS/monitor/Clients, false",
        "$SYS/#, $SYS/x, true",
        "$SYS/monitor/+, $SYS/monitor/Clients, true",
        "a/b, a/b, true",
        "a/b, a, false",
        "a/b, a/b/c, false",
        "a/+/c, a//c, true",
        "a/#, a/, true",
        "$share/g/a/+, a/b, true",
        "größe/+, größe/x, true",
    })
    void matchesAsTheStandardSays(String filter, String topic, boolean expected) {
        assertEquals(expected, TopicFilter.parse(filter).matches(topic));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a#", "a/#/b", "#/a", "a+", "+a/b", "a/b+/c", "$share/g", "$share//a", "$share/+/a",
            "a\0b", "\ud800"})
    void refusesMalformedFilters(String filter) {
        assertThrows(IllegalArgumentException.class, () -> TopicFilter.parse(filter));
    }

    @Test
    void refusesTopicsOneMayNotPublishTo() {
        for (String bad : new String[] {"", "a/+", "#", "a\0", "x".repeat(TopicFilter.MAX_TOPIC_BYTES + 1)}) {
            assertThrows(IllegalArgumentException.class, () -> TopicFilter.requireTopic(bad), bad);
        }
        TopicFilter.requireTopic("x".repeat(TopicFilter.MAX_TOPIC_BYTES));
    }

    @Test
    void utf8AgreesWithTheJdk() {
        Random random = new Random(1);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(6)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                // Few lead and many continuation bytes, else hardly anything would be well-formed.
                bytes[i] = (byte) (random.nextInt(3) == 0 ? 0xE0 | bytes[i] & 0x1F : random.nextInt(2) == 0
                        ? 0x80 | bytes[i] & 0x3F : bytes[i]);
            }
            boolean valid;
            try {
                StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes));
                valid = true;
            } catch (CharacterCodingException e) {
                valid = false;
            }
            boolean nul = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(0) >= 0;
            assertEquals(valid && !nul, Utf8.wellFormed(bytes, 0, bytes.length), () -> Arrays.toString(bytes));
        }
    }

    @Test
    void utf8EncodesEveryCharacter() {
        byte[] to = new byte[16];
        for (int code = 0; code <= Character.MAX_CODE_POINT; code++) {
            String text = Character.toString(code);
            int length = Utf8.encode(text, to, 1);
            if (Character.isBmpCodePoint(code) && Character.isSurrogate((char) code)) {
                assertEquals(-1, length);
                continue;
            }
            assertEquals(text, new String(to, 1, length, StandardCharsets.UTF_8));
            assertEquals(length, Utf8.length(text));
        }
        assertEquals(-1, Utf8.encode("toolong", new byte[6], 0));
        assertFalse(Utf8.wellFormed(new byte[] {'a', 0}, 0, 2));
        assertTrue(Utf8.wellFormed(new byte[0], 0, 0));
    }
}
