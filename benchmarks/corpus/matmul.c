/* Product of 64 x 64 matrices of doubles, n times: f64 arithmetic and strided loads. */
#include "corpus.h"

enum { N = 64 };

int run(int n) {
    static double a[N][N], b[N][N], c[N][N];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (double)(i - j) / N;
            b[i][j] = i == j ? 1.0 : 1.0 / (1 + i + j);
        }
    uint32_t sum = 0;
    for (int round = 0; round < n; round++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                double s = 0;
                for (int k = 0; k < N; k++) s += a[i][k] * b[k][j];
                c[i][j] = s;
            }
        a[round % N][(round + 1) % N] = c[round % N][round / N % N] * 0.5;
        sum = fold_double(sum, c[N - 1 - round % N][round % N]);
    }
    return (int)sum;
}
