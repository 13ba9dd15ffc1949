/* A Kalman filter with position and velocity, n thousand steps: straight-line f64 with a division. */
#include "corpus.h"

int run(int n) {
    double x = 0, v = 0, p00 = 1, p01 = 0, p10 = 0, p11 = 1;
    const double dt = 0.01, q = 1e-4, r = 0.25;
    uint32_t seed = 99, sum = 0;
    for (int k = 0; k < n; k++) {
        for (int i = 0; i < 1000; i++) {
            double noise = (double)(int32_t)random_next(&seed) * (1.0 / 2147483648.0);
            double z = (i & 511) * 0.01 + noise * 0.5;
            x += dt * v;
            double a00 = p00 + dt * (p10 + p01 + dt * p11) + q, a01 = p01 + dt * p11;
            double a10 = p10 + dt * p11, a11 = p11 + q;
            double y = z - x, s = a00 + r, k0 = a00 / s, k1 = a10 / s;
            x += k0 * y;
            v += k1 * y;
            p00 = (1 - k0) * a00;
            p01 = (1 - k0) * a01;
            p10 = a10 - k1 * a00;
            p11 = a11 - k1 * a01;
        }
        sum = fold_double(sum, x + v);
    }
    return (int)sum;
}
