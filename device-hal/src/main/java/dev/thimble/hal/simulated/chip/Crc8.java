package dev.thimble.hal.simulated.chip;

/** The two 8-bit checksums that sensors use. */
final class Crc8 {
    private Crc8() { }

    /** Sensirion: polynomial 0x31, initial 0xFF, most significant bit first (SHT3x datasheet §4.12). */
    static int sensirion(int high, int low) {
        return step(step(0xFF, high), low);
    }

    private static int step(int crc, int value) {
        int c = crc ^ value & 0xFF;
        for (int i = 0; i < 8; i++) {
            c = (c & 0x80) != 0 ? c << 1 ^ 0x31 : c << 1;
        }
        return c & 0xFF;
    }

    /** Dallas: polynomial 0x31 reflected, initial 0 (Maxim application note 27). */
    static int dallas(int crc, int value) {
        int c = crc ^ value & 0xFF;
        for (int i = 0; i < 8; i++) {
            c = (c & 1) != 0 ? c >>> 1 ^ 0x8C : c >>> 1;
        }
        return c;
    }
}
