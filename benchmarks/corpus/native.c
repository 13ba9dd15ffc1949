/*
 * Runs a program of the corpus as native code: native N SECONDS
 * Calls run(N) again and again for that long and prints: calls, best and median CPU time of a
 * call in nanoseconds, and run's result.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "corpus.h"

static int64_t cpu_nanos(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    enum { MAX = 100000 };
    static int64_t times[MAX];
    if (argc != 3) {
        fprintf(stderr, "usage: %s N SECONDS\n", argv[0]);
        return 2;
    }
    int n = atoi(argv[1]), calls = 0, result;
    int64_t end = cpu_nanos() + (int64_t)(atof(argv[2]) * 1e9);
    do {
        int64_t start = cpu_nanos();
        result = run(n);
        times[calls++] = cpu_nanos() - start;
    } while (calls < MAX && (calls < 3 || cpu_nanos() < end));
    qsort(times, (size_t)calls, sizeof times[0], ascending);
    printf("%d %lld %lld %d\n", calls, (long long)times[0], (long long)times[calls / 2], result);
    return 0;
}
