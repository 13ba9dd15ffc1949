/* Base64 (RFC 4648) of 6 KiB to text and back, n times: shifts and table look-ups. */
#include "corpus.h"

enum { RAW = 6144, TEXT = RAW / 3 * 4 };

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode(const uint8_t *in, char *out) {
    for (int i = 0; i < RAW; i += 3, out += 4) {
        uint32_t v = (uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 | in[i + 2];
        out[0] = ALPHABET[v >> 18];
        out[1] = ALPHABET[v >> 12 & 63];
        out[2] = ALPHABET[v >> 6 & 63];
        out[3] = ALPHABET[v & 63];
    }
}

static int decode(const char *in, uint8_t *out, const int8_t *values) {
    for (int i = 0; i < TEXT; i += 4, out += 3) {
        int a = values[(uint8_t)in[i]], b = values[(uint8_t)in[i + 1]];
        int c = values[(uint8_t)in[i + 2]], d = values[(uint8_t)in[i + 3]];
        if ((a | b | c | d) < 0) return 0;
        uint32_t v = (uint32_t)(a << 18 | b << 12 | c << 6 | d);
        out[0] = (uint8_t)(v >> 16);
        out[1] = (uint8_t)(v >> 8);
        out[2] = (uint8_t)v;
    }
    return 1;
}

int run(int n) {
    static uint8_t raw[RAW], back[RAW];
    static char text[TEXT];
    static int8_t values[256];
    uint32_t seed = 3, sum = 0;
    for (int i = 0; i < 256; i++) values[i] = -1;
    for (int i = 0; i < 64; i++) values[(uint8_t)ALPHABET[i]] = (int8_t)i;
    for (int i = 0; i < RAW; i++) raw[i] = (uint8_t)(random_next(&seed) >> 24);
    for (int round = 0; round < n; round++) {
        encode(raw, text);
        if (!decode(text, back, values)) return -1;
        raw[round % RAW] = (uint8_t)(back[(round * 5) % RAW] + 1);
        sum = sum * 31 + (uint8_t)text[(round * 3) % TEXT];
    }
    return (int)sum;
}
