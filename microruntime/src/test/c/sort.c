// Recursion over memory and a linear congruential generator.
static int values[128];

static void sort(int low, int high) {
    while (low < high) {
        int pivot = values[(low + high) / 2], i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot) i++;
            while (values[j] > pivot) j--;
            if (i <= j) {
                int t = values[i];
                values[i++] = values[j];
                values[j--] = t;
            }
        }
        sort(low, j);
        low = i;
    }
}

__attribute__((export_name("sort"))) int sorted(unsigned seed) {
    for (int i = 0; i < 128; i++) {
        seed = seed * 1664525u + 1013904223u;
        values[i] = (int)(seed >> 8);
    }
    sort(0, 127);
    for (int i = 1; i < 128; i++) {
        if (values[i - 1] > values[i]) {
            return -1;
        }
    }
    return values[64];
}
