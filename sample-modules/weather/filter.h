/*
 * A median of three, which drops single wild readings, followed by an exponential average,
 * which smooths the rest. Its struct is part of the state handed to the next version.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdint.h>

typedef struct {
    int32_t recent[2]; /* the two readings before this one */
    int32_t average;   /* in 1/256 of the reading's unit */
} filter;

static inline int32_t median(int32_t a, int32_t b, int32_t c) {
    int32_t low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

/* Starts with a first reading, as if it had been there for ever. |reading| < 2^22. */
static inline void filter_start(filter *f, int32_t reading) {
    *f = (filter){{reading, reading}, reading * 256};
}

/* Takes one reading and returns the filtered value, rounded to the reading's unit. */
static inline int32_t filter_next(filter *f, int32_t reading) {
    int32_t middle = median(f->recent[0], f->recent[1], reading);
    f->recent[0] = f->recent[1];
    f->recent[1] = reading;
    f->average += (middle * 256 - f->average) / 4;
    return (f->average + 128) >> 8;
}

#endif
