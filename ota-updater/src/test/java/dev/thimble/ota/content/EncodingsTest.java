package dev.thimble.ota.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class EncodingsTest {
    @Test
    void everyEncodingGivesTheModuleBack() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            byte[] base = code(round, 50 + random.nextInt(3000), -1);
            byte[] module = edited(base, random);
            for (Encoding encoding : Encoding.values()) {
                byte[] payload = Encodings.encode(encoding, base, module);
                assertArrayEquals(module, Encodings.decode(encoding, base, payload, module.length), encoding + " in round " + round);
            }
        }
    }

    @Test
    void deltaOfUnrelatedAndOfEmptyBases() {
        byte[] module = random(5000, 1);
        for (byte[] base : new byte[][] {new byte[0], new byte[3], random(5000, 2), module, Arrays.copyOf(module, 100)}) {
            byte[] payload = Encodings.encode(Encoding.DELTA, base, module);
            assertArrayEquals(module, Encodings.decode(Encoding.DELTA, base, payload, module.length));
            assertTrue(payload.length < module.length + 100, payload.length + " bytes");
        }
    }

    /** A function is added in the middle, so that all indices behind it move: the usual small change of a source. */
    @Test
    void deltaOfASmallChangeIsATenthAtMost() {
        byte[] base = code(7, 200_000, -1);
        byte[] module = code(7, 200_000, 100_000);
        int differences = 0;
        for (int i = 0; i < base.length; i++) {
            differences += base[i] != module[i] ? 1 : 0;
        }
        byte[] payload = Encodings.encode(Encoding.DELTA, base, module);
        assertTrue(differences > 80_000, "the change must move things, or this proves nothing");
        assertTrue(payload.length <= module.length / 10, payload.length + " of " + module.length + " bytes");
    }

    @Test
    void zipBombIsRefusedWithoutBeingUnpacked() {
        byte[] bomb = deflate(new byte[64 << 20]);
        assertTrue(bomb.length < 70_000);
        long before = allocated();
        var refused = assertThrows(MalformedPayloadException.class, () -> Encodings.decode(Encoding.DEFLATE, null, bomb, 100_000));
        assertEquals("the payload inflates to more than 100000 bytes", refused.getMessage());
        assertThrows(MalformedPayloadException.class, () -> Encodings.decode(Encoding.DELTA, new byte[10], bomb, 100_000));
        assertTrue(allocated() - before < 4 << 20, "as much memory as the limit allows, not as the bomb wants");
    }

    @Test
    void damagedPayloadsAreRefused() {
        byte[] module = code(1, 3000, -1);
        byte[] payload = Encodings.encode(Encoding.DEFLATE, null, module);
        assertThrows(MalformedPayloadException.class, () -> Encodings.decode(Encoding.DEFLATE, null, payload, module.length - 1));
        assertThrows(MalformedPayloadException.class, () -> Encodings.decode(Encoding.DEFLATE, null, payload, module.length + 1));
        assertThrows(MalformedPayloadException.class,
                () -> Encodings.decode(Encoding.DEFLATE, null, Arrays.copyOf(payload, payload.length - 1), module.length));
        assertThrows(MalformedPayloadException.class,
                () -> Encodings.decode(Encoding.DEFLATE, null, Arrays.copyOf(payload, payload.length + 1), module.length));
        assertThrows(MalformedPayloadException.class, () -> Encodings.decode(Encoding.NONE, null, module, 5));
    }

    /** Whatever a delta says, it reads within its base and writes within the module. */
    @Test
    void noDeltaEscapesItsLimits() {
        byte[] base = code(1, 2000, -1);
        byte[] good = Delta.between(base, code(1, 2000, 900));
        Random random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                bad[random.nextInt(Math.min(bad.length, 60))] = (byte) random.nextInt();
            }
            try {
                assertTrue(Delta.apply(base, bad, 2100).length <= 2100);
            } catch (MalformedPayloadException e) {
                refused++;
            }
        }
        assertTrue(refused > 1000, "only " + refused + " were refused");
    }

    private static byte[] edited(byte[] base, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at < base.length) {
            int keep = Math.min(base.length - at, random.nextInt(400));
            out.write(base, at, keep);
            at += keep;
            switch (random.nextInt(3)) {
                case 0 -> out.writeBytes(random(random.nextInt(50), random.nextInt()));
                case 1 -> at = Math.min(base.length, at + random.nextInt(60));
                default -> at = Math.max(0, at - random.nextInt(20));
            }
        }
        return out.toByteArray();
    }

    /** Bytes like those of a code section: functions of operations, with calls whose padded indices refer to other functions. */
    private static byte[] code(long seed, int length, int insertAt) {
        Random random = new Random(seed);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean inserted = false;
        while (out.size() < length) {
            if (insertAt >= 0 && !inserted && out.size() >= insertAt) {
                out.writeBytes(random(120, 99));
                inserted = true;
            }
            int operations = 10 + random.nextInt(40);
            for (int i = 0; i < operations; i++) {
                int kind = random.nextInt(10);
                if (kind == 0) {
                    int callee = random.nextInt(1500);
                    int index = callee + (insertAt >= 0 && callee > 700 ? 1 : 0);
                    out.write(0x10);
                    out.write(index & 0x7F | 0x80);
                    out.write(index >> 7);
                } else {
                    out.write(0x20 + kind);
                    out.write(random.nextInt(12));
                    out.write(0x41);
                    out.write(random.nextInt(100));
                }
            }
            out.write(0x0B);
        }
        return Arrays.copyOf(out.toByteArray(), length);
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        deflater.finish();
        byte[] out = new byte[1 << 20];
        int length = deflater.deflate(out);
        deflater.end();
        return Arrays.copyOf(out, length);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
