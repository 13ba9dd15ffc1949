/*
 * Every program of the corpus is one function: int run(int n) does n units of work and returns a
 * checksum. It keeps nothing between calls: the same n gives the same result, on every engine.
 */
#ifndef CORPUS_H
#define CORPUS_H

#include <stdint.h>

#ifdef __wasm__
#define ENTRY __attribute__((export_name("run")))
#else
#define ENTRY
#endif

ENTRY int run(int n);

/* Numerical Recipes' linear congruential generator; the high bits are the good ones. */
static inline uint32_t random_next(uint32_t *state) {
    return *state = *state * 1664525u + 1013904223u;
}

/* Folds a double into a checksum, bit for bit. */
static inline uint32_t fold_double(uint32_t sum, double value) {
    union { double d; uint64_t bits; } u = {value};
    return (sum ^ (uint32_t)u.bits ^ (uint32_t)(u.bits >> 32)) * 16777619u;
}

#endif
