// Fails three calls deep; the tests name these lines.

int values[4];

__attribute__((noinline)) static int load(int *at) {
    return *at;
}

__attribute__((noinline)) static int sum(int *at, int count) {
    int total = 0;
    for (int i = 0; i < count; i++) {
        total += load(at + i);
    }
    return total;
}

__attribute__((export_name("run"))) int run(int at) {
    int *from = (int *)at;
    return sum(from, 4) + 1;
}
