// Recursion and 64-bit results.
__attribute__((export_name("fibonacci"))) long long fibonacci(int n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
