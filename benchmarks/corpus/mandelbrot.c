/* Mandelbrot set, n frames of 32 x 32 points with at most 250 iterations: f64 in registers. */
#include "corpus.h"

int run(int n) {
    uint32_t sum = 0;
    for (int frame = 0; frame < n; frame++) {
        for (int py = 0; py < 32; py++)
            for (int px = 0; px < 32; px++) {
                double cx = -2.0 + px * (2.6 / 32) + frame % 16 * 0.001, cy = -1.25 + py * (2.5 / 32);
                double x = 0, y = 0, xx = 0, yy = 0;
                int i = 0;
                while (i < 250 && xx + yy <= 4.0) {
                    y = 2 * x * y + cy;
                    x = xx - yy + cx;
                    xx = x * x;
                    yy = y * y;
                    i++;
                }
                sum = sum * 31 + (uint32_t)i;
            }
    }
    return (int)sum;
}
