/* An RGBA picture of 96 x 96 to gray, then a 3 x 3 blur, n times: byte loads and stores. */
#include "corpus.h"

enum { W = 96, H = 96 };

int run(int n) {
    static uint8_t rgba[W * H * 4], gray[W * H], blurred[W * H];
    uint32_t seed = 5, sum = 0;
    for (int i = 0; i < W * H * 4; i++) rgba[i] = (uint8_t)(random_next(&seed) >> 24);
    for (int round = 0; round < n; round++) {
        for (int i = 0; i < W * H; i++)
            gray[i] = (uint8_t)((rgba[4 * i] * 77 + rgba[4 * i + 1] * 150 + rgba[4 * i + 2] * 29) >> 8);
        for (int y = 1; y < H - 1; y++)
            for (int x = 1; x < W - 1; x++) {
                int s = 0;
                for (int dy = -1; dy <= 1; dy++)
                    for (int dx = -1; dx <= 1; dx++) s += gray[(y + dy) * W + x + dx];
                blurred[y * W + x] = (uint8_t)(s / 9);
            }
        rgba[round * 4 % (W * H * 4)] = blurred[W + 1 + round % (W - 2)];
        sum = sum * 31 + blurred[(round * 13 + W + 1) % (W * H)];
    }
    return (int)sum;
}
