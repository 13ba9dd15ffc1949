/* SipHash-2-4 (Aumasson and Bernstein 2012) of messages of 64 bytes, n thousand: 64-bit integers. */
#include "corpus.h"

static uint64_t rotl(uint64_t x, int n) { return x << n | x >> (64 - n); }

#define ROUND \
    (v0 += v1, v1 = rotl(v1, 13) ^ v0, v0 = rotl(v0, 32), v2 += v3, v3 = rotl(v3, 16) ^ v2, \
     v0 += v3, v3 = rotl(v3, 21) ^ v0, v2 += v1, v1 = rotl(v1, 17) ^ v2, v2 = rotl(v2, 32))

static uint64_t siphash(uint64_t k0, uint64_t k1, const uint64_t *words, int count) {
    uint64_t v0 = k0 ^ 0x736f6d6570736575u, v1 = k1 ^ 0x646f72616e646f6du;
    uint64_t v2 = k0 ^ 0x6c7967656e657261u, v3 = k1 ^ 0x7465646279746573u;
    for (int i = 0; i < count; i++) {
        v3 ^= words[i];
        ROUND;
        ROUND;
        v0 ^= words[i];
    }
    uint64_t last = (uint64_t)count * 8 << 56;
    v3 ^= last;
    ROUND;
    ROUND;
    v0 ^= last;
    v2 ^= 255;
    ROUND;
    ROUND;
    ROUND;
    ROUND;
    return v0 ^ v1 ^ v2 ^ v3;
}

int run(int n) {
    static uint64_t message[8];
    uint64_t hash = 0;
    for (int i = 0; i < 8; i++) message[i] = (uint64_t)i * 0x0101010101010101u;
    for (int i = 0; i < n * 1000; i++) {
        hash = siphash(hash, (uint64_t)i, message, 8);
        message[i & 7] ^= hash;
    }
    return (int)(hash ^ hash >> 32);
}
