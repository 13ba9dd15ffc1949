// Imported functions, strings in data segments.
__attribute__((import_module("env"), import_name("write"))) void write_bytes(const char *text, int length);
__attribute__((import_module("env"), import_name("now"))) long long now(void);

static int decimal(long long value, char *out) {
    char digits[20];
    int n = 0, length = 0;
    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    while (n) {
        out[length++] = digits[--n];
    }
    return length;
}

__attribute__((export_name("report"))) int report(int id) {
    char line[64] = "sensor ";
    int length = 7;
    length += decimal(id, line + length);
    line[length++] = '@';
    length += decimal(now(), line + length);
    write_bytes(line, length);
    return length;
}
