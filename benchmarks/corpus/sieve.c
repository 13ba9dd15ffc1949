/* Sieve of Eratosthenes below 100,000, n times: byte stores with growing strides. */
#include "corpus.h"

enum { LIMIT = 100000 };

int run(int n) {
    static uint8_t composite[LIMIT];
    uint32_t sum = 0;
    for (int round = 0; round < n; round++) {
        for (int i = 0; i < LIMIT; i++) composite[i] = 0;
        for (int i = 2; i * i < LIMIT; i++)
            if (!composite[i])
                for (int j = i * i; j < LIMIT; j += i) composite[j] = 1;
        int primes = 0;
        for (int i = 2 + round % 100; i < LIMIT; i++) primes += !composite[i];
        sum = sum * 31 + (uint32_t)primes;
    }
    return (int)sum;
}
