// f64 arithmetic in nested loops.
static double a[8][8], b[8][8], c[8][8];

__attribute__((export_name("matrix"))) double matrix(int seed) {
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++) {
            a[i][j] = seed + i * 0.5 - j;
            b[i][j] = seed - i + j * 0.25;
        }
    }
    double trace = 0;
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++) {
            double sum = 0;
            for (int k = 0; k < 8; k++) {
                sum += a[i][k] * b[k][j];
            }
            c[i][j] = sum;
        }
        trace += c[i][i];
    }
    return trace;
}
