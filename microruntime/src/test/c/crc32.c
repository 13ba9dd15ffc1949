// A table in memory, byte loads and shifts.
static unsigned table[256];
static unsigned char text[64] = "The quick brown fox jumps over the lazy dog";

__attribute__((export_name("crc32"))) unsigned crc32(unsigned length) {
    for (unsigned i = 0; i < 256; i++) {
        unsigned c = i;
        for (int k = 0; k < 8; k++) {
            c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
        }
        table[i] = c;
    }
    unsigned crc = ~0u;
    for (unsigned i = 0; i < length; i++) {
        crc = table[(crc ^ text[i]) & 0xFF] ^ (crc >> 8);
    }
    return ~crc;
}
