package dev.thimble.mqtt.paho;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketGuardTest {

    private static byte[] packet(int body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x30);
        int left = body;
        do {
            out.write(left & 0x7F | (left > 0x7F ? 0x80 : 0));
            left >>>= 7;
        } while (left > 0);
        // A body that looks like headers of huge packets, in case the guard loses its place.
        for (int i = 0; i < body; i++) {
            out.write(0xFF);
        }
        return out.toByteArray();
    }

    private static byte[] readInPieces(PacketGuard guard, Random random) throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        byte[] piece = new byte[50];
        while (true) {
            if (random.nextBoolean()) {
                int b = guard.read();
                if (b < 0) {
                    return got.toByteArray();
                }
                got.write(b);
            } else {
                int count = guard.read(piece, 3, 1 + random.nextInt(40));
                if (count < 0) {
                    return got.toByteArray();
                }
                got.write(piece, 3, count);
            }
        }
    }

    @Test
    void passesPacketsInAnyPieces() throws IOException {
        Random random = new Random(2);
        for (int round = 0; round < 200; round++) {
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            for (int i = 0; i < 20; i++) {
                stream.write(packet(random.nextInt(4) == 0 ? random.nextInt(400) : random.nextInt(3)));
            }
            PacketGuard guard = new PacketGuard(new ByteArrayInputStream(stream.toByteArray()), 500);
            assertArrayEquals(stream.toByteArray(), readInPieces(guard, random));
        }
    }

    @Test
    void stopsAtAPacketThatIsTooLong() throws IOException {
        readInPieces(new PacketGuard(new ByteArrayInputStream(packet(97)), 99), new Random(1));
        IOException e = assertThrows(IOException.class,
                () -> readInPieces(new PacketGuard(new ByteArrayInputStream(packet(98)), 99), new Random(1)));
        assertTrue(e.getMessage().contains("100 bytes; the limit is 99"), e.getMessage());
    }

    @Test
    void stopsAtAMalformedLength() {
        byte[] http = {'H', (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 1};
        IOException e = assertThrows(IOException.class,
                () -> readInPieces(new PacketGuard(new ByteArrayInputStream(http), 1 << 20), new Random(1)));
        assertEquals("the peer does not speak MQTT: malformed packet length", e.getMessage());
    }
}
