/* Quicksort of n thousand ints (n <= 1000, one million): compares, swaps, a little recursion. */
#include "corpus.h"

static int32_t data[1000000];

static void sort(int32_t *low, int32_t *high) {
    while (high - low > 16) {
        int32_t a = *low, b = low[(high - low) / 2], c = *high;
        int32_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
        int32_t *i = low, *j = high;
        while (i <= j) {
            while (*i < pivot) i++;
            while (*j > pivot) j--;
            if (i <= j) {
                int32_t t = *i;
                *i++ = *j;
                *j-- = t;
            }
        }
        if (j - low < high - i) {
            sort(low, j);
            low = i;
        } else {
            sort(i, high);
            high = j;
        }
    }
    for (int32_t *i = low + 1; i <= high; i++) {
        int32_t v = *i, *j = i;
        for (; j > low && j[-1] > v; j--) *j = j[-1];
        *j = v;
    }
}

int run(int n) {
    int count = n * 1000;
    if (count < 1 || count > 1000000) return -1;
    uint32_t seed = 42, sum = 0;
    for (int i = 0; i < count; i++) data[i] = (int32_t)random_next(&seed);
    sort(data, data + count - 1);
    for (int i = 1; i < count; i++) {
        if (data[i - 1] > data[i]) return -2;
        sum = sum * 31 + (uint32_t)data[i];
    }
    return (int)sum;
}
