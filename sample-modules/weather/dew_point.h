/* The temperature at which the air's water would condense, by the Magnus formula. */
#ifndef DEW_POINT_H
#define DEW_POINT_H

#include <stdint.h>

/* Natural logarithm for x > 0, to about 1e-9: x = m * 2^e with m in [1, 2), and
   ln m = 2 artanh((m - 1) / (m + 1)) as a series. */
static inline double natural_log(double x) {
    union { double d; uint64_t bits; } u = {x};
    int exponent = (int)(u.bits >> 52) - 1023;
    u.bits = (u.bits & 0x000FFFFFFFFFFFFFull) | 0x3FF0000000000000ull;
    double z = (u.d - 1) / (u.d + 1), square = z * z, power = z, sum = 0;
    for (int k = 1; k < 20; k += 2) {
        sum += power / k;
        power *= square;
    }
    return 2 * sum + exponent * 0.6931471805599453;
}

/* Temperature and result in 0.01 degrees Celsius, humidity in 0.01 %.
   Constants for water between -45 and 60 degrees: Sonntag 1990. */
static inline int32_t dew_point(int32_t temperature, int32_t humidity) {
    const double a = 17.62, b = 243.12;
    double t = temperature / 100.0;
    double h = (humidity < 1 ? 1 : humidity) / 10000.0;
    double gamma = natural_log(h) + a * t / (b + t);
    double dew = b * gamma / (a - gamma) * 100;
    return (int32_t)(dew < 0 ? dew - 0.5 : dew + 0.5);
}

#endif
