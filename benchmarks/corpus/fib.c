/* Recursion: calls and little else. run(n) evaluates fib(n), about 1.618^n calls. */
#include "corpus.h"

static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

int run(int n) { return fib(n); }
