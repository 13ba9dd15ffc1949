package dev.thimble.ota.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes inputs the way that hurts parsers: bits, interesting bytes, lengths, repeats, splices, cuts. */
final class Mutator {
    private static final byte[] INTERESTING = {0, 1, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1F, 0x20, 0x40, 0x58, 0x5F, 0x60, 0x78, 0x7F,
        (byte) 0x80, (byte) 0x9F, (byte) 0xA0, (byte) 0xBF, (byte) 0xC0, (byte) 0xD8, (byte) 0xF4, (byte) 0xF9, (byte) 0xFF};
    private final Random random;

    Mutator(long seed) {
        random = new Random(seed);
    }

    byte[] mutate(List<byte[]> corpus) {
        byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
        for (int n = random.nextInt(4); n >= 0; n--) {
            bytes = once(bytes, corpus);
        }
        return bytes;
    }

    private byte[] once(byte[] bytes, List<byte[]> corpus) {
        if (bytes.length == 0) {
            return new byte[] {INTERESTING[random.nextInt(INTERESTING.length)]};
        }
        int at = random.nextInt(bytes.length);
        byte[] changed = bytes.clone();
        switch (random.nextInt(8)) {
            case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] = INTERESTING[random.nextInt(INTERESTING.length)];
            case 2 -> changed[at] += (byte) (random.nextBoolean() ? 1 : -1);
            case 3 -> changed = Arrays.copyOf(bytes, at);
            case 4 -> changed = splice(bytes, at, bytes, random.nextInt(bytes.length), random.nextInt(40), at);
            case 5 -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                if (other.length > 0) {
                    changed = splice(bytes, at, other, random.nextInt(other.length), random.nextInt(80), Math.min(bytes.length, at + random.nextInt(80)));
                }
            }
            case 6 -> changed = splice(bytes, at, bytes, 0, 0, Math.min(bytes.length, at + 1 + random.nextInt(20)));
            default -> Arrays.fill(changed, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), (byte) (random.nextBoolean() ? 0xFF : 0));
        }
        return changed;
    }

    /** The first {@code at} bytes, then a piece of another input, then the rest from {@code rest} on. */
    private static byte[] splice(byte[] bytes, int at, byte[] from, int start, int length, int rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        out.write(from, start, Math.min(length, from.length - start));
        out.write(bytes, rest, bytes.length - rest);
        return out.toByteArray();
    }
}
