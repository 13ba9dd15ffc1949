/* A finite impulse response filter, 32 taps in 16-bit fixed point, over n blocks of 1,024
   samples: multiply and accumulate. */
#include "corpus.h"

enum { TAPS = 32, BLOCK = 1024 };

int run(int n) {
    static int16_t taps[TAPS], in[BLOCK + TAPS], out[BLOCK];
    uint32_t seed = 7, sum = 0;
    for (int i = 0; i < TAPS; i++) taps[i] = (int16_t)((TAPS / 2 - (i < TAPS / 2 ? TAPS / 2 - i : i - TAPS / 2)) * 100);
    for (int i = 0; i < BLOCK + TAPS; i++) in[i] = (int16_t)(random_next(&seed) >> 16);
    for (int round = 0; round < n; round++) {
        for (int i = 0; i < BLOCK; i++) {
            int64_t acc = 0;
            for (int k = 0; k < TAPS; k++) acc += (int32_t)taps[k] * in[i + k];
            out[i] = (int16_t)(acc >> 15);
        }
        in[round % BLOCK] = out[(round * 7) % BLOCK];
        sum = sum * 31 + (uint16_t)out[round % BLOCK];
    }
    return (int)sum;
}
