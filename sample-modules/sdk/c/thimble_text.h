/*
 * Writes text, for example JSON, to a fixed buffer without a C library. What does not fit is
 * left out, and `full` is set: check it once at the end.
 */
#ifndef THIMBLE_TEXT_H
#define THIMBLE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    char *start;
    uint32_t cap, len;
    bool full;
} thimble_text;

#define THIMBLE_TEXT_IN(array) ((thimble_text){(array), sizeof(array), 0, false})

static inline void text_char(thimble_text *t, char c) {
    if (t->len < t->cap) t->start[t->len++] = c;
    else t->full = true;
}

static inline void text_add(thimble_text *t, const char *zero_terminated) {
    while (*zero_terminated) text_char(t, *zero_terminated++);
}

/* A number in units of 10^-decimals: (2153, 2) is 21.53, (-5, 2) is -0.05, (7, 0) is 7. */
static inline void text_decimal(thimble_text *t, int64_t value, uint32_t decimals) {
    char digits[24];
    uint32_t n = 0;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0 || n <= decimals);
    if (value < 0) text_char(t, '-');
    while (n > 0) {
        if (n == decimals) text_char(t, '.');
        text_char(t, digits[--n]);
    }
}

#endif
