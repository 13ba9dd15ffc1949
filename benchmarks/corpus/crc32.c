/* CRC-32 (IEEE 802.3), table-driven, over n blocks of 16 KiB: a chain of dependent loads. */
#include "corpus.h"

enum { BLOCK = 16384 };

int run(int n) {
    static uint32_t table[256];
    static uint8_t data[BLOCK];
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++) c = c & 1 ? c >> 1 ^ 0xEDB88320u : c >> 1;
        table[i] = c;
    }
    uint32_t seed = 1, crc = 0xFFFFFFFFu;
    for (int i = 0; i < BLOCK; i++) data[i] = (uint8_t)(random_next(&seed) >> 24);
    for (int round = 0; round < n; round++)
        for (int i = 0; i < BLOCK; i++) crc = table[(crc ^ data[i]) & 255] ^ crc >> 8;
    return (int)~crc;
}
